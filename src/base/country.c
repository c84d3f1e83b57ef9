#include "base/country.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/uenum.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

enum { NAME_MAX_UNITS = 160, ZONES_MAX = 700 };

/* Of countries with several zones, the one of most people; ICU has their order only for a few. */
static const struct {
    const char *code, *zone;
} main_zones[] = {
    {"AR", "America/Argentina/Buenos_Aires"},
    {"AU", "Australia/Sydney"},
    {"BR", "America/Sao_Paulo"},
    {"CA", "America/Toronto"},
    {"CD", "Africa/Kinshasa"},
    {"CL", "America/Santiago"},
    {"CN", "Asia/Shanghai"},
    {"CY", "Asia/Nicosia"},
    {"DE", "Europe/Berlin"},
    {"EC", "America/Guayaquil"},
    {"ES", "Europe/Madrid"},
    {"FM", "Pacific/Pohnpei"},
    {"GL", "America/Nuuk"},
    {"ID", "Asia/Jakarta"},
    {"KI", "Pacific/Tarawa"},
    {"KZ", "Asia/Almaty"},
    {"MH", "Pacific/Majuro"},
    {"MN", "Asia/Ulaanbaatar"},
    {"MX", "America/Mexico_City"},
    {"MY", "Asia/Kuala_Lumpur"},
    {"NZ", "Pacific/Auckland"},
    {"PF", "Pacific/Tahiti"},
    {"PG", "Pacific/Port_Moresby"},
    {"PS", "Asia/Gaza"},
    {"PT", "Europe/Lisbon"},
    {"RU", "Europe/Moscow"},
    {"UA", "Europe/Kyiv"},
    {"US", "America/New_York"},
    {"UZ", "Asia/Tashkent"},
};

/* ICU keeps the first name that a zone ever had. */
static const struct {
    const char *old, *now;
} renamed[] = {
    {"Asia/Saigon", "Asia/Ho_Chi_Minh"},
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Asia/Katmandu", "Asia/Kathmandu"},
    {"Asia/Rangoon", "Asia/Yangon"},
    {"Europe/Kiev", "Europe/Kyiv"},
    {"America/Buenos_Aires", "America/Argentina/Buenos_Aires"},
    {"America/Catamarca", "America/Argentina/Catamarca"},
    {"America/Cordoba", "America/Argentina/Cordoba"},
    {"America/Jujuy", "America/Argentina/Jujuy"},
    {"America/Mendoza", "America/Argentina/Mendoza"},
    {"America/Indianapolis", "America/Indiana/Indianapolis"},
    {"America/Louisville", "America/Kentucky/Louisville"},
    {"America/Godthab", "America/Nuuk"},
    {"America/Coral_Harbour", "America/Atikokan"},
    {"Atlantic/Faeroe", "Atlantic/Faroe"},
    {"Africa/Asmera", "Africa/Asmara"},
    {"Pacific/Enderbury", "Pacific/Kanton"},
    {"Pacific/Ponape", "Pacific/Pohnpei"},
    {"Pacific/Truk", "Pacific/Chuuk"},
};

/* The country codes of telephones (ITU-T E.164), each behind its country. */
static const char *const calling_codes[] = {
    "AC247", "AD376", "AE971", "AF93",  "AG1",   "AI1",   "AL355", "AM374", "AO244", "AQ672", "AR54",  "AS1",
    "AT43",  "AU61",  "AW297", "AX358", "AZ994", "BA387", "BB1",   "BD880", "BE32",  "BF226", "BG359", "BH973",
    "BI257", "BJ229", "BL590", "BM1",   "BN673", "BO591", "BQ599", "BR55",  "BS1",   "BT975", "BW267", "BY375",
    "BZ501", "CA1",   "CC61",  "CD243", "CF236", "CG242", "CH41",  "CI225", "CK682", "CL56",  "CM237", "CN86",
    "CO57",  "CR506", "CU53",  "CV238", "CW599", "CX61",  "CY357", "CZ420", "DE49",  "DJ253", "DK45",  "DM1",
    "DO1",   "DZ213", "EC593", "EE372", "EG20",  "EH212", "ER291", "ES34",  "ET251", "FI358", "FJ679", "FK500",
    "FM691", "FO298", "FR33",  "GA241", "GB44",  "GD1",   "GE995", "GF594", "GG44",  "GH233", "GI350", "GL299",
    "GM220", "GN224", "GP590", "GQ240", "GR30",  "GT502", "GU1",   "GW245", "GY592", "HK852", "HN504", "HR385",
    "HT509", "HU36",  "ID62",  "IE353", "IL972", "IM44",  "IN91",  "IO246", "IQ964", "IR98",  "IS354", "IT39",
    "JE44",  "JM1",   "JO962", "JP81",  "KE254", "KG996", "KH855", "KI686", "KM269", "KN1",   "KP850", "KR82",
    "KW965", "KY1",   "KZ7",   "LA856", "LB961", "LC1",   "LI423", "LK94",  "LR231", "LS266", "LT370", "LU352",
    "LV371", "LY218", "MA212", "MC377", "MD373", "ME382", "MF590", "MG261", "MH692", "MK389", "ML223", "MM95",
    "MN976", "MO853", "MP1",   "MQ596", "MR222", "MS1",   "MT356", "MU230", "MV960", "MW265", "MX52",  "MY60",
    "MZ258", "NA264", "NC687", "NE227", "NF672", "NG234", "NI505", "NL31",  "NO47",  "NP977", "NR674", "NU683",
    "NZ64",  "OM968", "PA507", "PE51",  "PF689", "PG675", "PH63",  "PK92",  "PL48",  "PM508", "PR1",   "PS970",
    "PT351", "PW680", "PY595", "QA974", "RE262", "RO40",  "RS381", "RU7",   "RW250", "SA966", "SB677", "SC248",
    "SD249", "SE46",  "SG65",  "SH290", "SI386", "SJ47",  "SK421", "SL232", "SM378", "SN221", "SO252", "SR597",
    "SS211", "ST239", "SV503", "SX1",   "SY963", "SZ268", "TA290", "TC1",   "TD235", "TG228", "TH66",  "TJ992",
    "TK690", "TL670", "TM993", "TN216", "TO676", "TR90",  "TT1",   "TV688", "TW886", "TZ255", "UA380", "UG256",
    "US1",   "UY598", "UZ998", "VA39",  "VC1",   "VE58",  "VG1",   "VI1",   "VN84",  "VU678", "WF681", "WS685",
    "XK383", "YE967", "YT262", "ZA27",  "ZM260", "ZW263",
};

static const char *present_name(struct arena *a, const char *zone) {
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(renamed[i].old, zone) == 0)
            return renamed[i].now;
    return arena_copy(a, zone);
}

static char *narrow(struct arena *a, const UChar *wide, int32_t n) {
    char out[NAME_MAX_UNITS * 3 + 1];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    u_strToUTF8(out, sizeof out, &len, wide, n, &status);
    return U_FAILURE(status) ? arena_copy(a, "") : arena_copy_n(a, out, (size_t)len);
}

/* ICU's places are those of CLDR; zones that are in no country are not for people. */
static UEnumeration *zones_of(const char *code) {
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *zones = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, code, NULL, &status);
    return U_FAILURE(status) ? NULL : zones;
}

bool country_known(const char *code) {
    for (const char *const *one = uloc_getISOCountries(); *one; one++)
        if (strcmp(*one, code) == 0)
            return true;
    return false;
}

const char *country_calling_code(const char *code) {
    for (size_t i = 0; strlen(code) == 2 && i < sizeof calling_codes / sizeof *calling_codes; i++)
        if (memcmp(calling_codes[i], code, 2) == 0)
            return calling_codes[i] + 2;
    return "";
}

/* ---- countries ---- */

struct named {
    struct country country;
    uint8_t key[256]; /* ICU's: compared as bytes it gives the order */
};

static int by_key(const void *a, const void *b) {
    return strcmp((const char *)((const struct named *)a)->key, (const char *)((const struct named *)b)->key);
}

void country_list(struct arena *a, enum locale locale, struct country **out, int *n) {
    UErrorCode status = U_ZERO_ERROR;
    UCollator *order = ucol_open(locale_tag(locale), &status);
    if (U_FAILURE(status))
        die("ICU has no order of words: %s", u_errorName(status));
    int all = 0;
    for (const char *const *one = uloc_getISOCountries(); *one; one++)
        all++;
    struct named *list = ARENA_ARRAY(a, (size_t)all, struct named);
    *n = 0;
    for (const char *const *code = uloc_getISOCountries(); *code; code++) {
        UChar name[NAME_MAX_UNITS];
        char place[8] = "und_";
        strcpy(place + 4, *code);
        UEnumeration *zones = zones_of(*code);
        status = U_ZERO_ERROR;
        bool lived_in = zones && uenum_count(zones, &status) > 0;
        uenum_close(zones);
        status = U_ZERO_ERROR;
        int32_t units = uloc_getDisplayCountry(place, locale_tag(locale), name, NAME_MAX_UNITS, &status);
        if (U_FAILURE(status) || !lived_in)
            continue;
        struct named *one = &list[(*n)++];
        one->country = (struct country){*code, narrow(a, name, units)};
        ucol_getSortKey(order, name, units, one->key, sizeof one->key);
        one->key[sizeof one->key - 1] = 0;
    }
    ucol_close(order);
    qsort(list, (size_t)*n, sizeof *list, by_key);
    *out = ARENA_ARRAY(a, (size_t)*n + 1, struct country);
    for (int i = 0; i < *n; i++)
        (*out)[i] = list[i].country;
}

const char *country_zone(struct arena *a, const char *code) {
    for (size_t i = 0; i < sizeof main_zones / sizeof *main_zones; i++)
        if (strcmp(main_zones[i].code, code) == 0)
            return main_zones[i].zone;
    UEnumeration *zones = country_known(code) ? zones_of(code) : NULL;
    UErrorCode status = U_ZERO_ERROR;
    const char *first = zones ? uenum_next(zones, NULL, &status) : NULL;
    const char *name = first ? present_name(a, first) : "UTC";
    uenum_close(zones);
    return name;
}

/* ---- weeks ---- */

/* Between ICU's days, 1 Sunday to 7 Saturday, and ours. */
static int our_day(int icu) { return icu == UCAL_SUNDAY ? 7 : icu - 1; }
static int icu_day(int ours) { return ours == 7 ? UCAL_SUNDAY : ours + 1; }

static UCalendar *week_in(const char *code, enum locale locale) {
    UErrorCode status = U_ZERO_ERROR;
    char place[8] = "und_";
    bool known = country_known(code);
    if (known)
        strcpy(place + 4, code);
    UCalendar *week = ucal_open(u"UTC", -1, known ? place : locale_tag(locale), UCAL_GREGORIAN, &status);
    return U_FAILURE(status) ? NULL : week;
}

unsigned country_work_days(const char *code) {
    unsigned days = 0;
    UCalendar *week = week_in(code, LOCALE_EN);
    for (int day = 1; day <= 7; day++) {
        UErrorCode status = U_ZERO_ERROR;
        if (!week || ucal_getDayOfWeekType(week, (UCalendarDaysOfWeek)icu_day(day), &status) == UCAL_WEEKDAY)
            days |= 1u << day;
    }
    if (week)
        ucal_close(week);
    return days;
}

int week_begins(const char *code, enum locale locale) {
    UCalendar *week = week_in(code, locale);
    int day = week ? our_day(ucal_getAttribute(week, UCAL_FIRST_DAY_OF_WEEK)) : 1;
    if (week)
        ucal_close(week);
    return day;
}

const char *weekday_name(struct arena *a, enum locale locale, int day) {
    UErrorCode status = U_ZERO_ERROR;
    UChar name[NAME_MAX_UNITS];
    UDateFormat *words = udat_open(UDAT_NONE, UDAT_FULL, locale_tag(locale), u"UTC", -1, NULL, 0, &status);
    if (U_FAILURE(status))
        return "";
    int32_t units = udat_getSymbols(words, UDAT_STANDALONE_WEEKDAYS, icu_day(day), name, NAME_MAX_UNITS, &status);
    udat_close(words);
    return U_FAILURE(status) ? "" : narrow(a, name, units);
}

/* ---- zones ---- */

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void zone_list(struct arena *a, const char *const **out, int *n) {
    UEnumeration *zones = zones_of(NULL);
    UErrorCode status = U_ZERO_ERROR;
    const char *zone, **list = ARENA_ARRAY(a, ZONES_MAX, const char *);
    *n = 0;
    while (zones && *n < ZONES_MAX - 1 && (zone = uenum_next(zones, NULL, &status)))
        list[(*n)++] = present_name(a, zone);
    list[(*n)++] = "UTC";
    uenum_close(zones);
    qsort(list, (size_t)*n, sizeof *list, by_bytes);
    *out = list;
}
