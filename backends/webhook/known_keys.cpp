#include "backends/webhook/known_keys.hpp"

#include "backends/webhook/token.hpp"

namespace dragoman::backends::webhook {

namespace {
// Keys are as long as senders like: what is kept of them is a hash. "hash id".
constexpr std::size_t hash_letters = 32;
std::string short_hash(const std::string& key) { return sha256(key).substr(0, hash_letters); }
}  // namespace

void KnownKeys::load() {
  for (const std::string& text : journal_.load()) {
    if (text.size() > hash_letters) remember(text.substr(0, hash_letters), text.substr(hash_letters + 1));
  }
}

void KnownKeys::set(const std::string& key, const std::string& message) {
  const std::string hash = short_hash(key);
  remember(hash, message);
  journal_.append(hash + ' ' + message);
}

void KnownKeys::remember(const std::string& hash, const std::string& message) {
  if (!messages_.contains(hash)) order_.push_back(hash);
  messages_[hash] = message;
  if (order_.size() <= most) return;
  messages_.erase(order_.front());
  order_.pop_front();
}

std::string KnownKeys::find(const std::string& key) const {
  const auto found = messages_.find(short_hash(key));
  return found == messages_.end() ? std::string{} : found->second;
}

}  // namespace dragoman::backends::webhook
