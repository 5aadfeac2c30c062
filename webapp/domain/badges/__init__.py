"""Of what are badges made: their pictures?"""
