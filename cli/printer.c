/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/printer.h"

#include <stdio.h>

bool printer_open(struct printer *printer, const struct options *options, bool indented)
{
	printer->format = options->format;
	if (!json_open(&printer->json, indented)) {
		fputs("shrinkctl: out of memory\n", stderr);
		return false;
	}
	output_open(&printer->out, options);
	return true;
}

int printer_close(struct printer *printer, int status)
{
	json_close(&printer->json);
	return output_close(&printer->out, status);
}

void printer_end_object(struct printer *printer)
{
	if (printer->format == FORMAT_JSONL)
		json_end_line(&printer->json);
	else
		json_flush(&printer->json);
}
