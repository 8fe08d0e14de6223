#!/bin/sh
echo "Serving on port $1"
exec busybox httpd -f -v -p "$1" -h site
