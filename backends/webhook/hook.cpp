#include "backends/webhook/hook.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

constexpr const char* over_words[] = {"digest", "reject", "drop"};
constexpr const char* room_words[] = {"wanted", "asking", "bound", "paused"};
constexpr const char* resolved_words[] = {"reply", "edit", "new"};

std::vector<std::string> texts_at(const json& object, std::string_view key) {
  std::vector<std::string> texts;
  for (const json& each : array_at(object, key)) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

json write_secrets(const std::vector<Secret<std::string>>& secrets) {
  json all = json::array();
  for (const auto& each : secrets) all.push_back(each.reveal());
  return all;
}

std::vector<Secret<std::string>> secrets_at(const json& object, std::string_view key) {
  std::vector<Secret<std::string>> secrets;
  for (std::string& each : texts_at(object, key)) secrets.emplace_back(std::move(each));
  return secrets;
}

std::optional<Timestamp> time_at(const json& object, std::string_view key) {
  const auto milliseconds = number_at(object, key);
  if (!milliseconds) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{*milliseconds}};
}

std::int64_t whole_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

json write_outgoing(const Outgoing& outgoing) {
  json object;
  object["url"] = outgoing.url.reveal();
  object["format"] = outgoing.format;
  object["template"] = outgoing.text_template;
  object["secrets"] = write_secrets(outgoing.secrets);
  object["events"] = outgoing.events;
  object["prefix"] = outgoing.prefix;
  object["pattern"] = outgoing.pattern;
  object["mention_only"] = outgoing.mention_only;
  object["ignore_bridged"] = outgoing.ignore_bridged;
  object["replies"] = outgoing.replies;
  if (outgoing.max_age > Duration{}) object["max_age"] = whole_seconds(outgoing.max_age);
  if (outgoing.max_block > Duration{}) object["max_block"] = whole_seconds(outgoing.max_block);
  if (outgoing.concurrency > 0) object["concurrency"] = outgoing.concurrency;
  object["fingerprint"] = outgoing.fingerprint;
  object["disabled"] = outgoing.disabled;
  return object;
}

Outgoing read_outgoing(const json& object) {
  Outgoing outgoing;
  outgoing.url = Secret<std::string>{text_at(object, "url")};
  outgoing.format = text_at(object, "format");
  outgoing.text_template = text_at(object, "template");
  outgoing.secrets = secrets_at(object, "secrets");
  outgoing.events = texts_at(object, "events");
  outgoing.prefix = text_at(object, "prefix");
  outgoing.pattern = text_at(object, "pattern");
  outgoing.mention_only = flag_at(object, "mention_only");
  outgoing.ignore_bridged = flag_at(object, "ignore_bridged");
  outgoing.replies = flag_at(object, "replies", true);
  outgoing.max_age = std::chrono::seconds{number_at(object, "max_age").value_or(0)};
  outgoing.max_block = std::chrono::seconds{number_at(object, "max_block").value_or(0)};
  outgoing.concurrency =
      static_cast<unsigned>(std::clamp<std::int64_t>(number_at(object, "concurrency").value_or(0), 0, 100));
  outgoing.fingerprint = text_at(object, "fingerprint");
  outgoing.disabled = text_at(object, "disabled");
  return outgoing;
}

template <std::size_t size>
std::size_t place_of(const char* const (&words)[size], const std::string& word) {
  const auto found = std::find(std::begin(words), std::end(words), word);
  return found == std::end(words) ? 0 : static_cast<std::size_t>(found - std::begin(words));
}

void write_proof(json& object, const Proof& proof) {
  if (!proof.bearer.empty()) object["bearer"] = proof.bearer.reveal();
  if (!proof.basic.empty()) object["basic"] = proof.basic.reveal();
  object["signature"] = proof.signature;
  object["secrets"] = write_secrets(proof.secrets);
  object["addresses"] = proof.addresses;
}

Proof read_proof(const json& object) {
  Proof proof;
  proof.bearer = Secret<std::string>{text_at(object, "bearer")};
  proof.basic = Secret<std::string>{text_at(object, "basic")};
  proof.signature = text_at(object, "signature");
  proof.secrets = secrets_at(object, "secrets");
  proof.addresses = texts_at(object, "addresses");
  return proof;
}

json write_rooms(const std::vector<BoundRoom>& rooms) {
  json all = json::array();
  for (const BoundRoom& each : rooms) {
    all.push_back({{"address", each.address},
                   {"state", room_words[static_cast<std::size_t>(each.state)]},
                   {"by", each.by},
                   {"through_room", each.through_room},
                   {"password", each.password},
                   {"text", each.text}});
  }
  return all;
}

std::vector<BoundRoom> read_rooms(const json& hook) {
  std::vector<BoundRoom> rooms;
  for (const json& each : array_at(hook, "rooms")) {
    BoundRoom& room = rooms.emplace_back();
    room.address = text_at(each, "address");
    room.state = static_cast<BoundRoom::State>(place_of(room_words, text_at(each, "state")));
    room.by = text_at(each, "by");
    room.through_room = flag_at(each, "through_room");
    room.password = text_at(each, "password");
    room.text = text_at(each, "text");
  }
  return rooms;
}

}  // namespace

Secret<std::string> write_hook(const Hook& hook) {
  json object;
  object["name"] = hook.name;
  object["owner"] = hook.owner;
  object["co_owners"] = hook.co_owners;
  object["readers"] = hook.readers;
  object["tells_owner"] = hook.tells_owner;
  object["public"] = hook.is_public;
  object["title"] = hook.title;
  if (!hook.picture.empty()) object["picture"] = hook.picture;
  object["made"] = hook.made.time_since_epoch().count();
  json tokens = json::array();
  for (const TokenHash& each : hook.tokens) {
    json token{{"sha256", each.sha256}};
    if (each.until) token["until"] = each.until->time_since_epoch().count();
    tokens.push_back(std::move(token));
  }
  object["tokens"] = std::move(tokens);
  write_proof(object["proof"], hook.proof);
  object["format"] = hook.format;
  object["template"] = hook.text_template;
  object["filter"] = hook.filter;
  object["events"] = hook.events;
  object["over"] = over_words[static_cast<std::size_t>(hook.over)];
  object["resolved"] = resolved_words[static_cast<std::size_t>(hook.resolved)];
  if (hook.muted_until) object["muted_until"] = hook.muted_until->time_since_epoch().count();
  object["paused"] = hook.paused;
  object["sends_only"] = hook.sends_only;
  if (hook.outgoing) object["outgoing"] = write_outgoing(*hook.outgoing);
  if (!hook.rooms.empty()) object["rooms"] = write_rooms(hook.rooms);
  return Secret<std::string>{dump_json(object)};
}

Result<Hook> read_hook(const Secret<std::string>& text) {
  const auto object = parse_json(text.reveal());
  if (!object) return object.error();
  Hook hook;
  hook.name = text_at(*object, "name");
  hook.owner = text_at(*object, "owner");
  if (!is_hook_name(hook.name) || hook.owner.empty()) return failure(Fault::malformed, "this is no hook");
  hook.co_owners = texts_at(*object, "co_owners");
  hook.readers = texts_at(*object, "readers");
  hook.tells_owner = flag_at(*object, "tells_owner", true);
  hook.is_public = flag_at(*object, "public");
  hook.title = text_at(*object, "title");
  hook.picture = text_at(*object, "picture");
  hook.made = time_at(*object, "made").value_or(Timestamp{});
  for (const json& each : array_at(*object, "tokens")) {
    hook.tokens.push_back({text_at(each, "sha256"), time_at(each, "until")});
  }
  hook.proof = read_proof(object_at(*object, "proof"));
  hook.format = text_at(*object, "format");
  hook.text_template = text_at(*object, "template");
  hook.filter = text_at(*object, "filter");
  hook.events = text_at(*object, "events");
  hook.over = static_cast<Hook::Over>(place_of(over_words, text_at(*object, "over")));
  hook.resolved = static_cast<Hook::Resolved>(place_of(resolved_words, text_at(*object, "resolved")));
  hook.muted_until = time_at(*object, "muted_until");
  hook.paused = flag_at(*object, "paused");
  hook.sends_only = flag_at(*object, "sends_only");
  if (object->contains("outgoing")) hook.outgoing = read_outgoing(object_at(*object, "outgoing"));
  hook.rooms = read_rooms(*object);
  return hook;
}

bool is_hook_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  constexpr std::size_t longest = 64;
  if (name.empty() || name.size() > longest || !plain(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace dragoman::backends::webhook
