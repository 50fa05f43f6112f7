# supervise DIR PROGRAM ARG...
#
# Runs a server until standard input closes, which it does when the test process
# ends, and then removes DIR. If the server ends before that, its exit code is in
# the file DIR/exited.
dir=$1
shift
exec 3<&0

"$@" 3<&- </dev/null &
server=$!

(
  cat <&3 >/dev/null
  kill -TERM $server
  sleep 5
  kill -KILL $server
) 2>/dev/null &
stopper=$!

wait $server
echo $? >"$dir/exited"
kill $stopper # before the server's process id can belong to another
cat <&3 >/dev/null
rm -rf "$dir"
