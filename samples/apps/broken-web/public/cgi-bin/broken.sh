#!/bin/bash
# This app's build fails: the quote below never ends.
echo "Hello
