#include "shop.h"

#include "session.h"

#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MINOR_UNITS_PER_POINT = 100,
    EARNING_RULE = 1,
    AN_HOUR_MILLISECONDS = 3600000,
    INSTANT_DIGITS = 14,
};

/* An operation being written. */
struct draft {
    struct composer public_body;
    struct composer personal_body;
    struct buffer observed;
    const char *audience;
    const char *kind;
    bool has_personal_body;
    uint64_t ahead_milliseconds;
};

struct purchase {
    uint8_t id[ID_BYTES];
    const uint8_t *member;
    int64_t bread;
    int64_t tea;
    int64_t discount;
    int64_t extra_points;
};

static void random_bytes(uint8_t *bytes, size_t length) {
    if (RAND_bytes(bytes, (int)length) != 1) fail("no random bytes");
}

/* MARK: Drafts */

static void draft_end(struct draft *draft) {
    composer_free(&draft->public_body);
    composer_free(&draft->personal_body);
    buffer_free(&draft->observed);
}

/* What we had applied when we wrote: our cursor. */
static void draft_observe(struct draft *draft, const struct download *download) {
    struct composer position = {0};
    if (download->position > 0) compose_position(&position, download->epoch, download->position);
    draft->observed = position.text;
}

static uint64_t draft_add(struct draft *draft, struct shop *shop) {
    struct operation operation = {
        .audience = view_of_text(draft->audience),
        .kind = view_of_text(draft->kind),
        .public_body = buffer_view(&draft->public_body.text),
        .has_personal_body = draft->has_personal_body,
        .personal_body = buffer_view(&draft->personal_body.text),
    };
    draft_observe(draft, shop->download);
    operation.observed = buffer_view(&draft->observed);
    random_bytes(operation.salt, SALT_BYTES);
    uint64_t sequence = upload_add(shop->upload, &operation, now_milliseconds() + draft->ahead_milliseconds);
    draft_end(draft);
    return sequence;
}

/* MARK: Members */

static struct draft member_draft(const uint8_t id[ID_BYTES], uint64_t authority) {
    struct draft draft = {.audience = "chain", .kind = "member"};
    compose_hex(&draft.public_body, id, ID_BYTES);
    compose_number(&draft.public_body, authority);
    compose_text(&draft.public_body, "till 1");
    compose_absent(&draft.public_body);
    return draft;
}

static void write_personal(struct draft *draft, uint32_t field, const char *content, const char *replaces) {
    compose_number(&draft->public_body, field);
    compose_text(&draft->public_body, replaces);
    compose_text(&draft->personal_body, "");
    compose_text(&draft->personal_body, content);
    draft->has_personal_body = true;
}

static void write_open(struct draft *draft, uint32_t field, const char *element, const char *content) {
    compose_number(&draft->public_body, field);
    compose_text(&draft->public_body, element);
    compose_text(&draft->public_body, content);
    compose_text(&draft->public_body, "");
}

static void print_hex(const uint8_t *bytes, size_t length) {
    for (size_t index = 0; index < length; index++) printf("%02x", bytes[index]);
}

static void print_member(uint64_t sequence, const uint8_t id[ID_BYTES], const char *name) {
    printf("member\t%" PRIu64 "\t", sequence);
    print_hex(id, ID_BYTES);
    printf("\t%s\n", name);
}

static void add_member(struct shop *shop, const uint8_t id[ID_BYTES], const char *name) {
    char phone[32];
    char instant[32];
    uint8_t random[8];
    random_bytes(random, sizeof random);
    snprintf(phone, sizeof phone, "+86138%08" PRIu64, get_big_endian(random, 8) % 100000000);
    snprintf(instant, sizeof instant, "%0*" PRIu64, INSTANT_DIGITS, now_milliseconds());
    struct draft draft = member_draft(id, 0);
    write_personal(&draft, FIELD_NAME, name, "");
    write_personal(&draft, FIELD_PHONE, phone, "");
    write_open(&draft, FIELD_HOME_BRANCH, "", shop->directory->branch_code);
    write_open(&draft, FIELD_JOINED_AT, "", instant);
    write_open(&draft, FIELD_TAG, "c client", "");
    print_member(draft_add(&draft, shop), id, name);
}

/* The name on this screen: the live ones of the log as far as it has come. */
bool shop_rename(struct shop *shop, const char *member_text, const char *name) {
    uint8_t id[ID_BYTES];
    struct buffer replaces = {0};
    if (!parse_hex(view_of_text(member_text), id, ID_BYTES)) return false;
    const struct member *member = members_find(&shop->download->members, id);
    if (member == NULL) return false;
    member_add_dots(member, FIELD_NAME, &replaces);
    buffer_add(&replaces, "", 1);
    struct draft draft = member_draft(id, 0);
    write_personal(&draft, FIELD_NAME, name, (const char *)replaces.bytes);
    print_member(draft_add(&draft, shop), id, name);
    buffer_free(&replaces);
    return true;
}

/* MARK: Sales */

static int64_t net(const struct purchase *purchase) {
    return purchase->bread + purchase->tea;
}

static int64_t points(const struct purchase *purchase) {
    return (purchase->member == NULL ? 0 : net(purchase) / MINOR_UNITS_PER_POINT) + purchase->extra_points;
}

/* Of the zone in TZ, which the caller of the shop has set to the chain's. */
static void business_date(uint64_t milliseconds, char date[static 16]) {
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm local;
    if (localtime_r(&seconds, &local) == NULL || strftime(date, 16, "%Y-%m-%d", &local) == 0) fail("no date");
}

static void compose_sale_line(
    struct composer *body, const char *product, int64_t quantity, int64_t amount, int64_t discount) {
    compose_text(body, product);
    compose_signed(body, quantity);
    compose_signed(body, amount);
    compose_signed(body, discount);
}

static void compose_sale(struct composer *body, const struct purchase *purchase, uint64_t now) {
    char date[16];
    char reference[32];
    business_date(now, date);
    snprintf(reference, sizeof reference, "%06" PRIu64, now % 1000000);
    compose_hex(body, purchase->id, ID_BYTES);
    if (purchase->member == NULL) compose_absent(body);
    else compose_hex(body, purchase->member, ID_BYTES);
    compose_text(body, "till 1");
    compose_text(body, reference);
    compose_number(body, now);
    compose_text(body, date);
    compose_signed(body, net(purchase));
    compose_signed(body, points(purchase));
    compose_number(body, EARNING_RULE);
    compose_sale_line(body, "bread", 1000, purchase->bread, 0);
    compose_sale_line(body, "tea, 茶", 2500, purchase->tea, purchase->discount);
}

static void print_sale(uint64_t sequence, const struct purchase *purchase) {
    printf("sale\t%" PRIu64 "\t", sequence);
    print_hex(purchase->id, ID_BYTES);
    putchar('\t');
    if (purchase->member == NULL) putchar('-');
    else print_hex(purchase->member, ID_BYTES);
    printf("\t%" PRId64 "\t%" PRId64 "\n", net(purchase), points(purchase));
}

static void add_sale(struct shop *shop, const struct purchase *purchase, const char *audience) {
    struct draft draft = {.audience = audience, .kind = "sale"};
    compose_sale(&draft.public_body, purchase, now_milliseconds());
    print_sale(draft_add(&draft, shop), purchase);
}

static struct purchase make_purchase(const struct shop *shop, const uint8_t *member) {
    int64_t number = (int64_t)(shop->upload->count % 1000);
    struct purchase purchase = {.member = member, .bread = 790 + 7 * number, .tea = 500 + number, .discount = 100};
    random_bytes(purchase.id, ID_BYTES);
    return purchase;
}

void shop_serve(struct shop *shop, const char *name) {
    uint8_t member[ID_BYTES];
    char made_up[32];
    snprintf(made_up, sizeof made_up, "Customer %zu", shop->upload->count + 1);
    random_bytes(member, ID_BYTES);
    add_member(shop, member, name == NULL ? made_up : name);
    struct purchase purchase = make_purchase(shop, member);
    add_sale(shop, &purchase, "hub");
}

/* MARK: Mistakes */

static void err_unreadable_member(struct shop *shop) {
    struct draft draft = {.audience = "chain", .kind = "member"};
    compose_text(&draft.public_body, "this is not a member");
    print_member(draft_add(&draft, shop), (const uint8_t[ID_BYTES]){0}, "unreadable");
}

static void err_unreadable_sale(struct shop *shop) {
    struct draft draft = {.audience = "hub", .kind = "sale"};
    compose_text(&draft.public_body, "this is not a sale");
    draft_add(&draft, shop);
}

static void err_unacceptable(struct shop *shop) {
    uint8_t id[ID_BYTES];
    random_bytes(id, ID_BYTES);
    struct draft draft = member_draft(id, 0);
    write_personal(&draft, FIELD_PHONE, "not a number", "");
    print_member(draft_add(&draft, shop), id, "-");
}

static void err_unacceptable_sale(struct shop *shop) {
    struct purchase purchase = make_purchase(shop, NULL);
    purchase.bread = -5000;
    add_sale(shop, &purchase, "hub");
}

static void err_authority(struct shop *shop) {
    uint8_t id[ID_BYTES];
    random_bytes(id, ID_BYTES);
    struct draft draft = member_draft(id, 1);
    write_personal(&draft, FIELD_NAME, "Headquarters", "");
    print_member(draft_add(&draft, shop), id, "Headquarters");
}

static void err_unseen(struct shop *shop) {
    uint8_t id[ID_BYTES];
    random_bytes(id, ID_BYTES);
    struct draft draft = member_draft(id, 0);
    write_personal(&draft, FIELD_NAME, "Too early", "00000000000000000000000000000001:1");
    print_member(draft_add(&draft, shop), id, "Too early");
}

static void err_clock(struct shop *shop) {
    uint8_t id[ID_BYTES];
    random_bytes(id, ID_BYTES);
    struct draft draft = member_draft(id, 0);
    draft.ahead_milliseconds = AN_HOUR_MILLISECONDS;
    write_personal(&draft, FIELD_NAME, "From the future", "");
    print_member(draft_add(&draft, shop), id, "From the future");
}

static void err_audience(struct shop *shop) {
    struct purchase purchase = make_purchase(shop, NULL);
    add_sale(shop, &purchase, "chain");
}

static void err_member_audience(struct shop *shop) {
    uint8_t id[ID_BYTES];
    random_bytes(id, ID_BYTES);
    struct draft draft = member_draft(id, 0);
    draft.audience = "hub";
    write_personal(&draft, FIELD_NAME, "Secret", "");
    print_member(draft_add(&draft, shop), id, "Secret");
}

static void err_rule(struct shop *shop) {
    struct purchase purchase = make_purchase(shop, NULL);
    purchase.extra_points = 1000;
    add_sale(shop, &purchase, "hub");
}

static void err_duplicate(struct shop *shop) {
    struct purchase purchase = make_purchase(shop, NULL);
    add_sale(shop, &purchase, "hub");
    add_sale(shop, &purchase, "hub");
}

static void err_unknown_kind(struct shop *shop) {
    struct draft draft = {.audience = "chain", .kind = "weather"};
    compose_text(&draft.public_body, "rain\t\\ and wind");
    draft_add(&draft, shop);
}

static const struct {
    const char *kind;
    void (*err)(struct shop *);
} mistakes[] = {
    {"unreadable-member", err_unreadable_member},
    {"unreadable-sale", err_unreadable_sale},
    {"unacceptable-member", err_unacceptable},
    {"unacceptable-sale", err_unacceptable_sale},
    {"authority", err_authority},
    {"unseen", err_unseen},
    {"audience", err_audience},
    {"member-audience", err_member_audience},
    {"rule", err_rule},
    {"duplicate", err_duplicate},
    {"unknown-kind", err_unknown_kind},
    {"clock", err_clock},
};

bool shop_err(struct shop *shop, const char *kind) {
    for (size_t index = 0; index < sizeof mistakes / sizeof *mistakes; index++) {
        if (strcmp(mistakes[index].kind, kind) != 0) continue;
        mistakes[index].err(shop);
        return true;
    }
    return false;
}

void shop_print_mistakes(FILE *file) {
    for (size_t index = 0; index < sizeof mistakes / sizeof *mistakes; index++) {
        fprintf(file, " %s", mistakes[index].kind);
    }
}
