/* main.c: only main, so that everything else can be linked into tests. */
#include "config.h"

#include "cli.h"

#include "wasi/host.h"

int main(int argc, char **argv)
{
	host_init();
	return cli_main(argc, argv);
}
