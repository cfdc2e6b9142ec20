#include "gateway/invite_codes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include <openssl/sha.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* code_kind = "invite_code";
constexpr const char* admitted_kind = "invited";
constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t letters = 16, group = 4, name_size = 8;
/// Wrong codes in an hour. 80 random bits are not found by guessing; this keeps those who try from filling the log.
constexpr int guesses_of_person = 5, guesses_of_server = 60;
/// More callers than this are not told apart any more: what they have guessed is forgotten.
constexpr std::size_t most_guessers = 10000;

/// The letters of a code as somebody typed it: "MFRG GZDF-mztw q2lk" -> "mfrggzdfmztwq2lk".
std::string letters_of(std::string_view typed) {
  std::string code;
  for (const char each : text::ascii_lower(typed)) {
    if (each != '-' && each != ' ' && each != '\t' && each != '\n') code += each;
  }
  return code;
}

/// Looked up by it, a code tells by the time that takes nothing of others.
std::string hash_of(std::string_view code) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(code.data()), code.size(), digest.data());
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string_view server_of(std::string_view bare) { return bare.substr(bare.find('@') + 1); }  // npos + 1: the whole

std::string write_code(const InviteCode& code) {
  nlohmann::json value{{"left", code.left}, {"since", code.since.time_since_epoch().count()}};
  if (!code.by.empty()) value["by"] = code.by;
  if (!code.note.empty()) value["note"] = code.note;
  if (code.until) value["until"] = code.until->time_since_epoch().count();
  return dump(value);
}

std::int64_t number_at(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// Nothing: unreadable, so nobody gets in with it.
std::optional<InviteCode> read_code(const std::string& json) {
  const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  InviteCode code;
  code.left = static_cast<int>(std::clamp<std::int64_t>(number_at(value, "left"), 0, most_uses_of_a_code));
  if (code.left == 0) return std::nullopt;
  code.by = string_at(value, "by");
  code.note = string_at(value, "note");
  code.since = Timestamp{std::chrono::milliseconds{number_at(value, "since")}};
  if (value.contains("until")) code.until = Timestamp{std::chrono::milliseconds{number_at(value, "until")}};
  return code;
}

TokenBucket& bucket_of(std::unordered_map<std::string, TokenBucket>& all, std::string_view who, int guesses) {
  if (all.size() >= most_guessers) all.clear();
  const Duration interval = Duration{std::chrono::hours{1}} / guesses;
  return all.try_emplace(std::string{who}, guesses, interval).first->second;
}

}  // namespace

void InviteCodes::load(store::Reader& reader) {
  reader.documents(code_kind, [this](const store::Document& document) {
    if (document.owner != gateway_) return;
    if (auto code = read_code(document.value)) codes_.insert_or_assign(document.key, std::move(*code));
  });
  reader.documents(admitted_kind, [this](const store::Document& document) {
    if (document.owner != gateway_) return;
    admitted_[document.key] = string_at(nlohmann::json::parse(document.value, nullptr, false), "code");
  });
  erase_those_over();
}

Secret<std::string> InviteCodes::make(InviteCode about) {
  erase_those_over();
  std::array<std::byte, letters> bytes{};
  random_.fill(std::span{bytes});
  std::string code, shown;
  for (std::size_t i = 0; i < letters; ++i) {
    const char letter = base32[std::to_integer<std::size_t>(bytes[i]) & 31];
    if (i != 0 && i % group == 0) shown += '-';
    code += letter, shown += letter;
  }
  const std::string hash = hash_of(code);
  keep(hash, about);
  codes_.insert_or_assign(hash, std::move(about));
  return Secret<std::string>{std::move(shown)};
}

InviteCodes::Entries InviteCodes::entries() {
  erase_those_over();
  Entries named;
  for (const auto& [hash, code] : codes_) named.insert_or_assign(hash.substr(0, name_size), code);
  return named;
}

bool InviteCodes::remove(std::string_view name) {
  if (name.size() != name_size) return false;
  const auto found = codes_.lower_bound(name);
  if (found == codes_.end() || !found->first.starts_with(name)) return false;
  erase(std::string{found->first});
  return true;
}

Result<void> InviteCodes::redeem(std::string_view bare, std::string_view code) {
  if (has_redeemed(bare)) return {};
  if (!may_guess(bare)) return failure(Fault::limited, "There were too many wrong codes; try again in an hour.");
  const auto found = codes_.find(hash_of(letters_of(code)));
  if (found == codes_.end() || !holds(found->second)) {
    take_guess(bare);
    const std::string owner{bare};
    const std::string& network = gateway_;
    LOG_WARN("a wrong invitation code", owner, network);
    return failure(Fault::unauthorized, "there is no such code, or it was used up or is over; ask who gave it to you.");
  }
  const std::string name = found->first.substr(0, name_size), owner{bare};
  admitted_[owner] = name;
  store_.put({admitted_kind, gateway_, owner, dump(nlohmann::json{{"code", name}})});
  if (--found->second.left > 0) {
    keep(found->first, found->second);
  } else {
    erase(std::string{found->first});
  }
  const std::string& network = gateway_;
  LOG_INFO("an invitation code was given", owner, network, name);
  return {};
}

void InviteCodes::forget(std::string_view bare) {
  const auto found = admitted_.find(bare);
  if (found == admitted_.end()) return;
  store_.erase(admitted_kind, gateway_, found->first);
  admitted_.erase(found);
}

void InviteCodes::keep(const std::string& hash, const InviteCode& code) {
  store_.put({code_kind, gateway_, hash, write_code(code)});
}

void InviteCodes::erase(const std::string& hash) {
  store_.erase(code_kind, gateway_, hash);
  codes_.erase(hash);
}

void InviteCodes::erase_those_over() {
  std::vector<std::string> over;
  for (const auto& [hash, code] : codes_) {
    if (!holds(code)) over.push_back(hash);
  }
  for (const std::string& hash : over) erase(hash);
}

bool InviteCodes::may_guess(std::string_view bare) {
  const Instant now = timers_.clock().now();
  return bucket_of(people_, bare, guesses_of_person).ready_at(now) <= now &&
         bucket_of(servers_, server_of(bare), guesses_of_server).ready_at(now) <= now;
}

void InviteCodes::take_guess(std::string_view bare) {
  const Instant now = timers_.clock().now();
  bucket_of(people_, bare, guesses_of_person).take(now);
  bucket_of(servers_, server_of(bare), guesses_of_server).take(now);
}

}  // namespace dragoman::gateway
