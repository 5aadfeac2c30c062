"""The commands by which certificates are judged, made, made anew, ended and explained."""
