#!/bin/sh
# Measures assay-secrets beside rg, git and the peers that are installed, in one
# run: CPU seconds (user and system) of the best of three, wall clock for the hook.
# Needs Go, git, rg and GNU time. Peers are used when they are on the PATH:
# gitleaks (go install github.com/gitleaks/gitleaks/v8@v8.30.0), detect-secrets
# (pip install detect-secrets==1.5.0).
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=${BENCH_DIR:-$root/.cache/bench-secrets}
modules=${BENCH_MODULES:-golang.org/x/tools k8s.io/client-go}
mkdir -p "$work"
assay=$work/assay-secrets
(cd "$root" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$assay" ./cmd/assay-secrets)
src=$(go env GOROOT)/src

# cpu COMMAND…: the least CPU seconds of three runs, and the peak memory in MB.
cpu() {
  best= ; memory=0
  for _ in 1 2 3; do
    { /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" >/dev/null 2>&1 || true; }
    read -r user system peak <<END
$(tail -1 "$work/time")
END
    best=$(echo "$user $system ${best:-999999}" | awk '{s = $1 + $2; print (s < $3) ? s : $3}')
    memory=$(( peak / 1024 > memory ? peak / 1024 : memory ))
  done
}

# row NAME BASE COMMAND…
row() {
  name=$1; base=$2; shift 2
  cpu "$@"
  echo "$name $best $base $memory" | awk '{printf "| %s | %.2f | %.1f | %d |\n", $1, $2, ($3 > 0) ? $2 / $3 : 1, $4}'
}

have() { command -v "$1" >/dev/null 2>&1; }

echo "## Folder: $(du -sm "$src" | cut -f1) MB of $src"
echo '| program | CPU s | × rg -c | MB |'; echo '|---|---|---|---|'
cpu rg --no-ignore -c password "$src"; word=$best
echo "| rg | $word | 1.0 | $memory |"
row assay "$word" "$assay" scan --no-path-filter --format jsonl "$src"
have gitleaks && row gitleaks "$word" gitleaks dir "$src" --no-banner
if have detect-secrets && [ -n "${BENCH_SLOW:-}" ]; then row detect-secrets "$word" detect-secrets scan --all-files "$src"; fi

if [ ! -d "$work/history.git" ]; then
  git init -q --bare --initial-branch=main "$work/new.git"
  list=
  for module in $modules; do
    for v in $(cd / && go list -m -versions -f '{{join .Versions " "}}' "$module"); do list="$list $module@$v"; done
  done
  (cd "$root" && go run ./internal/secretsbench "$work/new.git" $list)
  git -C "$work/new.git" repack -adq
  mv "$work/new.git" "$work/history.git"
fi
echo; echo "## History: $(git -C "$work/history.git" rev-list --all --count) commits of $modules"
echo '| program | CPU s | × git log -p | MB |'; echo '|---|---|---|---|'
cpu git -C "$work/history.git" log -p --all; log=$best
echo "| git-log-p | $log | 1.0 | $memory |"
row assay "$log" "$assay" scan --git --no-path-filter --format jsonl "$work/history.git"
have gitleaks && row gitleaks "$log" gitleaks git "$work/history.git" --no-banner

echo; echo '## Hook: .git/hooks/pre-commit, 10 staged files, wall, best and median of 30'
rm -rf "$work/hook"; git init -q "$work/hook"
n=0; for f in "$src"/net/http/*.go; do n=$((n + 1)); [ $n -le 10 ] && cp "$f" "$work/hook/"; done
git -C "$work/hook" add -A
cd "$work/hook"
"$assay" install >/dev/null
# hook NAME COMMAND…
hook() {
  name=$1; shift
  : >"$work/walls"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    a=$(date +%s%N); "$@" >/dev/null 2>&1 || true; b=$(date +%s%N)
    echo $(((b - a) / 1000)) >>"$work/walls"
  done
  sort -n "$work/walls" | awk -v name="$name" '{v[NR] = $1} END {printf "| %s | %.1f ms | %.1f ms |\n", name, v[1] / 1000, v[15] / 1000}'
}
echo '| program | best | median |'; echo '|---|---|---|'
hook true /bin/true
hook git-diff git diff --cached --raw
hook assay .git/hooks/pre-commit
have gitleaks && hook gitleaks gitleaks git --staged --no-banner
if have detect-secrets-hook; then hook detect-secrets detect-secrets-hook $(git ls-files); fi
exit 0
