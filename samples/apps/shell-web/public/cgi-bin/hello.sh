#!/bin/bash
printf 'Content-Type: text/plain\r\n\r\n'
echo "$GREETING from a shell script"
echo "User $(id -un) on $(. /etc/os-release; echo "$PRETTY_NAME")"
