/* ecs_file: the image's file in the line of a process (case/ecs.h). What was not asked for is
 * absent; what is unknown is absent and has a reason. Each function writes members into the object
 * that is open. */
#ifndef STAKEOUT_CASE_ECS_FILE_H
#define STAKEOUT_CASE_ECS_FILE_H

#include "core/case/json_write.h"
#include "core/model/file_facts.h"

/* "hash", "pe" and "code_signature" of "process". */
void ecs_add_file_in_process(struct json_writer *json, const struct file_facts *file);
/* "file": path, size, times and where it came from; nothing where its times could not be read. */
void ecs_add_file(struct json_writer *json, const struct file_facts *file);
/* In "stakeout": "image_age" with the most telling verdict, "image_signs" with all, and "file" with
 * what ECS has no name for. start: of the process; now: when it was looked at. */
void ecs_add_file_judged(struct json_writer *json, const struct file_facts *file, moment start,
                         moment now);
/* Calls `add` for each thing that was asked for and could not be had. why is borrowed. Fails for
 * want of memory. */
enum status ecs_each_file_reason(const struct file_facts *file,
                                 void (*add)(void *context, const char *name, struct text why),
                                 void *context);

#endif
