"""How does a change of configuration get from a wish to being live, with two people having seen it?"""
