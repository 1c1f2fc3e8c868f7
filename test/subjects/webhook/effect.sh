#!/bin/sh
# What the hook runs for one event: its effect, once for each id, in the folder that FOLDER names. A fault that stands there for
# the event is taken away, and the attempt fails.
name=$(printf %s "$1" | sha256sum | cut -c1-64)
for fault in "$FOLDER/faults/$name".*; do
  rm "$fault" 2> /dev/null && exit 1
done
mkdir "$FOLDER/effects/$name" 2> /dev/null || exit 0
printf %s "$1" > "$FOLDER/effects/$name/id"
