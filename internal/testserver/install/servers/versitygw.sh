# versitygw, the S3 server of the tests, built from source: a minute or two of
# processor time once, and a program of 80 MB that stays in the cache.
set -e
version=1.8.0
folder=$ASSAY_TEST_CACHE/versitygw-$version
[ -x "$folder/versitygw" ] && exit 0
half=$(mktemp -d "$ASSAY_TEST_CACHE/half-made-XXXXXX")
trap 'rm -rf "$half"' EXIT
cd "$half" # outside of any module
CGO_ENABLED=0 GOFLAGS=-trimpath GOBIN="$half/bin" ${GO:-go} install github.com/versity/versitygw/cmd/versitygw@v$version
rm -rf "$folder"
mv "$half/bin" "$folder"
