# SPDX-License-Identifier: GPL-2.0-or-later
#
# A header of C as C++ can include it: what comes after its guard and its last #include
# is extern "C".  One that minds C++ itself stays as it is.
{ lines[NR] = $0 }
/^#define/ && !begin { begin = NR }
/^#include/ { begin = NR }
/^#endif/ { end = NR }
/__cplusplus/ { minds = 1 }
END {
	for (i = 1; i <= NR; i++) {
		if (i == end && !minds)
			print "#ifdef __cplusplus\n}\n#endif\n"
		print lines[i]
		if (i == begin && !minds)
			print "\n#ifdef __cplusplus\nextern \"C\" {\n#endif"
	}
}
