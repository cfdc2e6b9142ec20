#include "xmpp/muc.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "xmpp/data_form.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::array<std::string_view, 4> roles{"none", "visitor", "participant", "moderator"};
constexpr std::array<std::string_view, 5> affiliations{"outcast", "none", "member", "admin", "owner"};

template <class Enum, std::size_t size>
std::optional<Enum> find(const std::array<std::string_view, size>& names, std::string_view text) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

std::optional<std::size_t> read_count(const Element& element, std::string_view attribute) {
  const std::string_view text = element.get(attribute);
  // Nine digits are more than any room holds, and fit every type that this is turned into.
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

}  // namespace

Join read_join(const Element& presence) {
  Join join;
  const Element* x = presence.child("x", ns::muc);
  if (x == nullptr) return join;
  join.muc = true;
  join.password = x->child_text("password", ns::muc);
  const Element* history = x->child("history", ns::muc);
  if (history == nullptr) return join;
  join.history.max_characters = read_count(*history, "maxchars");
  join.history.max_stanzas = read_count(*history, "maxstanzas");
  if (const auto seconds = read_count(*history, "seconds")) join.history.seconds = std::chrono::seconds{*seconds};
  join.history.since = read_datetime(history->get("since"));
  return join;
}

bool is_groupchat1(const Element& presence) {
  // Prosody and ejabberd put the hash of a person's avatar into each presence of theirs, whatever client sent it.
  const std::string_view stamps[] = {ns::delay, ns::legacy_delay, "vcard-temp:x:update"};
  return std::all_of(presence.children.begin(), presence.children.end(), [&](const Element& child) {
    return child.is_text() || child.ns == presence.ns ||
           std::find(std::begin(stamps), std::end(stamps), child.ns) != std::end(stamps);
  });
}

Element without_join_secrets(const Element& presence) {
  Element copy = presence;
  for (Element& child : copy.children) {
    if (child.is("x", ns::muc)) child.children.clear();
  }
  return copy;
}

std::optional<std::string> read_voice_request(const Element& message) {
  const auto form = find_data_form(message);
  if (!form || form->form_type != "http://jabber.org/protocol/muc#request") return std::nullopt;
  if (form->type != DataForm::Type::submit) return std::nullopt;
  return std::string{form->value("muc#role")};
}

std::string_view to_string(MucRole role) { return roles[static_cast<std::size_t>(role)]; }
std::string_view to_string(MucAffiliation affiliation) { return affiliations[static_cast<std::size_t>(affiliation)]; }
std::optional<MucRole> read_role(std::string_view text) { return find<MucRole>(roles, text); }
std::optional<MucAffiliation> read_affiliation(std::string_view text) {
  return find<MucAffiliation>(affiliations, text);
}

void write_status(Writer& writer, int code) {
  char digits[12];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, code);
  writer.open("status");
  writer.attribute("code", {digits, static_cast<std::size_t>(end - digits)});
  writer.close();
}

void write_muc_user(Writer& writer, const MucItem& item, std::initializer_list<int> status) {
  writer.open("x", ns::muc_user);
  writer.open("item");
  if (!item.affiliation.empty()) writer.attribute("affiliation", item.affiliation);
  if (!item.role.empty()) writer.attribute("role", item.role);
  if (!item.jid.empty()) writer.attribute("jid", item.jid);
  if (!item.nick.empty()) writer.attribute("nick", item.nick);
  if (!item.actor.empty()) {
    writer.open("actor");
    writer.attribute("nick", item.actor);
    writer.close();
  }
  if (!item.reason.empty()) writer.leaf("reason", item.reason);
  writer.close();
  for (const int code : status) write_status(writer, code);
  writer.close();
}

bool has_status(const Element& stanza, int code) {
  const Element* x = stanza.child("x", ns::muc_user);
  if (x == nullptr) return false;
  const std::string wanted = std::to_string(code);
  for (const Element& child : x->children) {
    if (child.is("status", ns::muc_user) && child.get("code") == wanted) return true;
  }
  return false;
}

std::optional<MucAdminItem> read_admin_item(const Element& item) {
  if (!item.is("item", ns::muc_admin)) return std::nullopt;
  MucAdminItem read;
  read.nick = item.get("nick");
  read.jid = item.get("jid");
  read.role = item.get("role");
  read.affiliation = item.get("affiliation");
  read.reason = item.child_text("reason", ns::muc_admin);
  return read;
}

}  // namespace dragoman::xmpp
