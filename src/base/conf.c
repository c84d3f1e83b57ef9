#include "base/conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name, *otherwise, *about;
} table[CONF_KEYS] = {
    [CONF_DATA] = {"data", "", "The data directory: database, keys, socket, kept.conf."},
    [CONF_LISTEN] = {"listen", "127.0.0.1:8080", "Where HTTP is served, HOST:PORT; port 0 takes a free one."},
    [CONF_STORE] = {"store", "", "A postgresql:// address; without one, SQLite in the data directory."},
    [CONF_ORIGIN] = {"origin", "", "The address by which people reach us: https://help.example.com."},
    [CONF_TRUSTED_PROXY] = {"trusted_proxy", "",
                            "The address of the web server in front, whose X-Forwarded-For counts."},
    [CONF_MAIL_SOCKET_MODE] = {"mail_socket_mode", "660",
                               "Who may hand mail in: 660, or 666 when the mail server is another user."},
    [CONF_LOG] = {"log", "info", "The least that is logged: debug, info, warn or error."},
    [CONF_OPEN_NETWORKS] = {"open_networks", "",
                            "Private addresses and networks that pictures of mails, webhooks and previews may be"
                            " fetched from: 10.1.0.0/16 192.168.7.9."},
    [CONF_MAIL_SERVERS] = {"mail_servers", "anywhere",
                           "Where mail servers may be: anywhere, or public: not in private networks."},
    [CONF_NODE_NAME] = {"node_name", "",
                        "The name of this program among several on one database; without one, the machine's."},
    [CONF_LEASE] = {"lease", "30", "Seconds after which another node takes over what a lost one had: 5 to 300."},
    [CONF_SANDBOX] = {"sandbox", "on", "on, or off where the server must read files that its role does not have."},
};

const char *conf_name(enum conf_key key) { return table[key].name; }
const char *conf_about(enum conf_key key) { return table[key].about; }

static const char *from_environment(struct arena *a, enum conf_key key) {
    char *name = arena_printf(a, "KEPT_%s", table[key].name);
    for (char *p = name; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return getenv(name);
}

static const char *usual_data_dir(struct arena *a) {
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (xdg && *xdg == '/')
        return arena_printf(a, "%s/kept", xdg);
    return home && *home == '/' ? arena_printf(a, "%s/.local/share/kept", home) : "/var/lib/kept";
}

static char *trim(char *s) {
    while (isspace((unsigned char)*s))
        s++;
    for (char *end = s + strlen(s); end > s && isspace((unsigned char)end[-1]);)
        *--end = 0;
    return s;
}

static enum rc read_line(struct arena *a, char *line, const char *path, int n, const char *values[],
                         const char **why) {
    char *text = trim(line), *equals = strchr(text, '=');
    if (!*text || *text == '#')
        return RC_OK;
    if (!equals) {
        *why = arena_printf(a, "%s:%d: a line is \"name = value\"", path, n);
        return RC_INVALID;
    }
    *equals = 0;
    char *name = trim(text), *value = trim(equals + 1);
    for (int k = 0; k < CONF_KEYS; k++)
        if (strcmp(table[k].name, name) == 0) {
            values[k] = arena_copy(a, value);
            return RC_OK;
        }
    *why = arena_printf(a, "%s:%d: there is no setting \"%s\"; kept serve --help lists them", path, n, name);
    return RC_INVALID;
}

static enum rc read_file(struct arena *a, const char *path, const char *values[], const char **why) {
    FILE *f = fopen(path, "re");
    if (!f && errno == ENOENT)
        return RC_OK;
    if (!f) {
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
        return RC_AWAY;
    }
    char line[4096];
    enum rc rc = RC_OK;
    for (int n = 1; rc == RC_OK && fgets(line, sizeof line, f); n++)
        rc = read_line(a, line, path, n, values, why);
    fclose(f);
    return rc;
}

enum rc conf_load(struct arena *a, const char *const options[CONF_KEYS], struct conf *out, const char **why) {
    const char *in_file[CONF_KEYS] = {0};
    for (int k = 0; k < CONF_KEYS; k++) {
        const char *said = options[k] ? options[k] : from_environment(a, (enum conf_key)k);
        out->values[k] = said ? said : NULL;
    }
    if (!out->values[CONF_DATA])
        out->values[CONF_DATA] = usual_data_dir(a);
    enum rc rc = read_file(a, arena_printf(a, "%s/kept.conf", out->values[CONF_DATA]), in_file, why);
    for (int k = 0; k < CONF_KEYS; k++)
        if (!out->values[k])
            out->values[k] = in_file[k] ? in_file[k] : table[k].otherwise;
    return rc;
}
