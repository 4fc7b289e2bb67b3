#!/bin/sh
# demo.sh: a running program moves from wasmtime to Node to wazero to native code.
#
# usage: demo.sh DIRECTORY     (from `make demo`, which sets the environment)
#
# Shows each step, and at the end that output and files are those of a run that was
# never stopped.  Hosts that are not installed are left out, and said so.
set -eu

mkdir -p "$1"
work=$(cd "$1" && pwd)
rm -rf "${work:?}/whole" "$work/moved"
mkdir -p "$work/whole" "$work/moved"
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

i=1
while [ "$i" -le 160 ]; do
	echo "line $i of the input, $((i * 7919 % 1000))"
	i=$((i + 1))
done > "$work/input.txt"
$GUEST_CC -O2 "$SRCDIR/hosts/demo.c" -o "$work/demo.wasm"
for run in whole moved; do
	cp "$work/input.txt" "$work/demo.wasm" "$work/$run"
done

# on HOST ARGUMENT...: chiwawa under a host, in the present directory
on() {
	host=$1
	shift
	case $host in
	wasmtime) "$WASMTIME" run --dir . "$CHIWAWA_WASM" demo.wasm "$@" ;;
	node) "$NODE" "$SRCDIR/hosts/node.mjs" "$CHIWAWA_WASM" demo.wasm "$@" ;;
	wazero) "$WAZERO" run -cachedir "$work/cache" -mount=.:/ \
		"$CHIWAWA_WASM" demo.wasm --dir /::. "$@" ;;
	native) "$CHIWAWA" demo.wasm --dir . "$@" ;;
	esac
}

hosts=
[ -n "${WASMTIME:-}" ] && [ -n "${CHIWAWA_WASM:-}" ] && hosts="$hosts wasmtime"
[ -n "${NODE:-}" ] && [ -n "${CHIWAWA_WASM:-}" ] && hosts="$hosts node"
[ -n "${WAZERO:-}" ] && [ -n "${CHIWAWA_WASM:-}" ] && hosts="$hosts wazero"
for host in wasmtime node wazero; do
	case " $hosts " in
	*" $host "*) ;;
	*) echo "$host is not there: left out" ;;
	esac
done

say "A run that is never stopped (native), in the background"
(cd "$work/whole" && on native > output.txt) &
whole=$!

cd "$work/moved"
: > output.txt
restore=
stop_at=40
for host in $hosts native; do
	if [ "$host" = native ]; then
		say "native: continues to the end"
		on native $restore >> output.txt
		tail -n 5 output.txt
		break
	fi
	say "$host: runs until line $stop_at, then \`touch checkpoint.trigger\`"
	# shellcheck disable=SC2086
	on "$host" $restore --cr >> output.txt &
	run=$!
	until grep -q "^ *$stop_at lines" output.txt; do
		if ! kill -0 "$run" 2> /dev/null; then
			echo "demo: $host ended too early" >&2
			exit 1
		fi
		sleep 0.05
	done
	touch checkpoint.trigger
	wait "$run"
	tail -n 2 output.txt
	ls -l checkpoint.bin
	restore="--restore checkpoint.bin"
	stop_at=$((stop_at + 40))
done

wait "$whole"
cd "$work"
cmp whole/output.txt moved/output.txt
cmp whole/report.txt moved/report.txt
say "Output and report.txt are those of the run that was never stopped."
echo "moved through:$hosts native"
