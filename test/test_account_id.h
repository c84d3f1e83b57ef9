/* test_account_id.h: the proof that tables can be distributed by account_id: every key and index begins with it,
 * and every query says it of every table that it touches. Each function prints what is wrong and returns how much.
 */
#ifndef KEPT_TEST_ACCOUNT_ID_H
#define KEPT_TEST_ACCOUNT_ID_H

#include <sqlite3.h>

int account_id_of_schema(sqlite3 *db);
int account_id_of_postgres(const char *url);
int account_id_of_queries(sqlite3 *db);
/* The checks themselves: what they must find and what they must leave alone. */
int account_id_twins(void);

#endif
