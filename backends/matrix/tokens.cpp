#include "backends/matrix/tokens.hpp"

#include <algorithm>

#include "backends/matrix/address.hpp"
#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {
constexpr const char* tokens_key = "tokens";
}

std::string Tokens::path_of(std::string path) const {
  if (acts_as.empty()) return path;
  path += (path.find('?') == std::string::npos ? "?user_id=" : "&user_id=") + percent_encode(acts_as);
  if (acts_from_device) path += "&device_id=" + percent_encode(device_id);
  return path;
}

Secret<std::string> write_tokens(const Tokens& tokens) {
  nlohmann::json object;
  object["user"] = tokens.user_id;
  object["device"] = tokens.device_id;
  object["homeserver"] = to_text(tokens.homeserver);
  object["public_only"] = tokens.homeserver.public_only;
  object["access"] = tokens.access.reveal();
  if (!tokens.refresh.empty()) object["refresh"] = tokens.refresh.reveal();
  if (tokens.expires) object["expires"] = tokens.expires->time_since_epoch().count();
  if (tokens.by_oauth()) {
    object["token_endpoint"] = tokens.token_endpoint;
    object["revocation_endpoint"] = tokens.revocation_endpoint;
    object["client"] = tokens.client_id;
  }
  return Secret<std::string>{dump_json(object)};
}

std::optional<Tokens> read_tokens(const Secret<std::string>& text) {
  if (text.empty()) return std::nullopt;
  const auto object = parse_json(text.reveal());
  if (!object) return std::nullopt;
  const auto base = parse_base_url(text_at(*object, "homeserver"));
  Tokens tokens;
  tokens.user_id = text_at(*object, "user");
  tokens.device_id = text_at(*object, "device");
  tokens.access = Secret<std::string>{text_at(*object, "access")};
  if (!base || tokens.user_id.empty() || tokens.access.empty()) return std::nullopt;
  tokens.homeserver = {*base, flag_at(*object, "public_only", true)};
  tokens.refresh = Secret<std::string>{text_at(*object, "refresh")};
  if (const auto expires = number_at(*object, "expires")) {
    tokens.expires = Timestamp{std::chrono::milliseconds{*expires}};
  }
  tokens.token_endpoint = text_at(*object, "token_endpoint");
  tokens.revocation_endpoint = text_at(*object, "revocation_endpoint");
  tokens.client_id = text_at(*object, "client");
  return tokens;
}

bool take_grant(Tokens& tokens, const nlohmann::json& answer, Timestamp now) {
  const std::string access = text_at(answer, "access_token");
  if (access.empty()) return false;
  tokens.access = Secret<std::string>{access};
  if (const std::string refresh = text_at(answer, "refresh_token"); !refresh.empty()) {
    tokens.refresh = Secret<std::string>{refresh};
  }
  tokens.expires.reset();
  // Milliseconds of Matrix, seconds of OAuth (RFC 6749 5.1).
  const auto lifetime = number_at(answer, "expires_in_ms");
  const auto seconds = number_at(answer, "expires_in");
  if (lifetime && *lifetime > 0) {
    tokens.expires = now + std::chrono::milliseconds{*lifetime};
  } else if (seconds && *seconds > 0) {
    tokens.expires = now + std::chrono::seconds{std::min<std::int64_t>(*seconds, 1'000'000'000)};
  }
  return true;
}

const Tokens* TokenBook::find(const std::string& owner) {
  auto found = known_.find(owner);
  if (found == known_.end()) {
    auto kept = services_.kept_of ? read_tokens(services_.kept_of(owner, tokens_key)) : std::nullopt;
    found = known_.emplace(owner, std::move(kept)).first;
  }
  return found->second ? &*found->second : nullptr;
}

void TokenBook::keep(const std::string& owner, Tokens tokens) {
  if (services_.keep_of) services_.keep_of(owner, tokens_key, write_tokens(tokens));
  known_.insert_or_assign(owner, std::move(tokens));
}

void TokenBook::lend(const std::string& owner, Tokens tokens) { known_.insert_or_assign(owner, std::move(tokens)); }

void TokenBook::forget_session(const std::string& owner, const std::string& user_id) {
  for (const char* key : {"sync", "rooms", "direct"}) keep(owner, user_id, key, {});
}

void TokenBook::forget(const std::string& owner) {
  if (const Tokens* tokens = find(owner)) forget_session(owner, tokens->user_id);
  if (services_.keep_of) services_.keep_of(owner, tokens_key, Secret<std::string>{});
  known_[owner].reset();
}

std::string TokenBook::kept(const std::string& owner, const std::string& user_id, const std::string& key) const {
  return services_.kept_of ? services_.kept_of(owner, key + ' ' + user_id).reveal() : std::string{};
}

void TokenBook::keep(const std::string& owner, const std::string& user_id, const std::string& key,
                     const std::string& text) {
  if (services_.keep_of) services_.keep_of(owner, key + ' ' + user_id, Secret<std::string>{text});
}

}  // namespace dragoman::backends::matrix
