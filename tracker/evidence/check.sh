#!/bin/sh
# What README.txt tells to do, step by step. It prints the two heads, and whatever is wrong.
cd "$(dirname "$0")" || exit 2
command -v sha256sum > /dev/null || sha256sum() { shasum -a 256 "$@"; }

# Step 1
sha256sum --check --strict --quiet SHA256SUMS

# Step 2
previous=none
for entry in chain/*.txt; do
    case "$entry" in
    *-folded.txt)
        told=$(sed -n 's/^told by: //p' "$entry")
        grep -q "^before_sha256: \"$previous\"$" "$told" || echo "BROKEN before $entry"
        previous=$(sed -n 's/^last_sha256: "\(.*\)"$/\1/p' "$told")
        ;;
    *)
        [ "$previous" = none ] || grep -q "^previous: $previous$" "$entry" || echo "BROKEN before $entry"
        previous=$(sha256sum < "$entry" | cut -d ' ' -f 1)
        ;;
    esac
done
echo "head $previous"

# Step 3
for page in pages/*; do
    [ -e "$page" ] || continue
    sum=$(sha256sum < "$page" | cut -d ' ' -f 1)
    grep -r -q "^capture\..*_sha256: \"$sum\"$" chain || echo "NOT IN THE CHAIN $page"
done

# Step 4
for revision in revisions/*; do
    [ -e "$revision" ] || continue
    sum=$(sha256sum < "$revision" | cut -d ' ' -f 1)
    grep -r -q "^revision\.content_sha256: \"$sum\"$" chain || echo "NOT IN THE CHAIN $revision"
done

# Step 5
grep -q "^[0-9]* $previous$" all-heads.txt || echo "NOT IN THE WHOLE $previous"
echo "whole $(sha256sum < all-heads.txt | cut -d ' ' -f 1)"
