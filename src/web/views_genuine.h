/* views_genuine.h: "is this mail from you?" */
#ifndef KEPT_WEB_VIEWS_GENUINE_H
#define KEPT_WEB_VIEWS_GENUINE_H

#include "web/views.h"

struct genuine_view {
    struct public_shell shell;
    struct field ref, day;
    bool asked, yes, too_many;
    struct contact_choice *contacts;
    int contacts_n;
    struct error_list errors;
};

#endif
