#include "admin/logins.hpp"

#include <algorithm>

namespace dragoman::admin {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t most_sessions = 64;

/// Takes as long wherever they differ: the time of an answer must not tell how much of a guess was right.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char differences = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differences |= static_cast<unsigned char>(a[i] ^ b[i]);
  return differences == 0;
}

}  // namespace

Logins::Entries::iterator Logins::find(Entries& entries, std::string_view secret) {
  const Instant now = clock_.now();
  std::erase_if(entries, [now](const Entry& entry) { return entry.ends <= now; });
  auto found = entries.end();
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (same_secret(entry->secret.reveal(), secret)) found = entry;
  }
  return found;
}

std::string Logins::make_token(const std::string& admin) {
  std::erase_if(tokens_, [&](const Entry& entry) { return entry.admin == admin; });
  std::string token = random_.hex(secret_bytes);
  tokens_.push_back({Secret<std::string>{token}, admin, clock_.now() + link_lives});
  return token;
}

std::optional<std::string> Logins::redeem(std::string_view token) {
  const auto found = find(tokens_, token);
  if (found == tokens_.end()) return std::nullopt;
  std::string admin = std::move(found->admin);
  tokens_.erase(found);
  std::string session = random_.hex(secret_bytes);
  if (sessions_.size() >= most_sessions) sessions_.erase(sessions_.begin());
  sessions_.push_back({Secret<std::string>{session}, std::move(admin), clock_.now() + session_lives});
  return session;
}

std::optional<std::string> Logins::find(std::string_view session) {
  const auto found = find(sessions_, session);
  if (found == sessions_.end()) return std::nullopt;
  return found->admin;
}

void Logins::end(std::string_view session) {
  const auto found = find(sessions_, session);
  if (found != sessions_.end()) sessions_.erase(found);
}

}  // namespace dragoman::admin
