/*
 * Every write that is forced to the disk takes two milliseconds longer, as on a disk of a cloud.
 * Loaded before the C library by LD_PRELOAD.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

static const useconds_t longer = 2000;

static int slowly(const char *name, int file)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	int result = real(file);
	usleep(longer);
	return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
