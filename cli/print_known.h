/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_known - what the model knows of kernels: generations and in-tree shrinkers.
 */
#ifndef CLI_PRINT_KNOWN_H
#define CLI_PRINT_KNOWN_H

struct printer;

/* Both tables, in any format; csv has the shrinkers only. */
void print_known(struct printer *printer);

#endif /* CLI_PRINT_KNOWN_H */
