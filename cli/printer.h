/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * printer - where a command's rows go, whatever their format.
 *
 *	struct printer printer;
 *
 *	if (!printer_open(&printer, &args.options, indented))
 *		return EXIT_TROUBLE;
 *	...text to stdout, objects to printer.json
 *	return printer_close(&printer, status);
 */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"

struct printer {
	enum format format;
	struct output out;
	struct json json;
};

/* @indented: JSON for people.  False after complaining that memory ran out. */
bool printer_open(struct printer *printer, const struct options *options,
		  bool indented);

/* Write out everything; the status of output_close(). */
int printer_close(struct printer *printer, int status);

/* An object is complete: a line of JSON lines, or a part of one document. */
void printer_end_object(struct printer *printer);

#endif /* CLI_PRINTER_H */
