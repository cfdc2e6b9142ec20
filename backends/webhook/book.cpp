#include "backends/webhook/book.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/config.hpp"
#include "backends/webhook/token.hpp"
#include "base/log.hpp"

namespace dragoman::backends::webhook {

namespace {
constexpr const char* names_key = "hooks";
std::string key_of_hook(const std::string& name) { return "hook " + name; }
}  // namespace

Book::Book(Services& services) : services_(services), deleted_journal_(services, "deleted", 64, 32) {}

void Book::load() {
  for (std::string& each : deleted_journal_.load()) deleted_.insert(std::move(each));
  const std::string text = services_.kept ? services_.kept(names_key) : std::string{};
  if (text.empty()) return;
  const auto names = parse_json(text);
  if (!names || !names->is_object()) {
    LOG_ERROR("the list of hooks cannot be read");
    return;
  }
  for (const auto& [name, owner] : names->items()) {
    if (!owner.is_string()) continue;
    const auto sealed = services_.kept_of(owner.get<std::string>(), key_of_hook(name));
    if (sealed.empty()) continue;  // erased with the account
    auto hook = read_hook(sealed);
    if (!hook) {
      LOG_ERROR("a hook cannot be read", name, hook.error());
      continue;
    }
    index(*hook);
    hooks_.emplace(name, std::move(*hook));
  }
}

const Hook* Book::find(std::string_view name) const {
  const auto found = hooks_.find(name);
  return found == hooks_.end() ? nullptr : &found->second;
}

const Hook* Book::find_by_token(std::string_view bare, Timestamp now) const {
  const std::string hash = hash_of_token(bare);
  const auto name = by_token_.find(hash);
  if (name == by_token_.end()) return nullptr;
  const Hook* hook = find(name->second);
  const auto token = std::find_if(hook->tokens.begin(), hook->tokens.end(),
                                  [&](const TokenHash& each) { return each.sha256 == hash; });
  return token->until && *token->until <= now ? nullptr : hook;
}

bool Book::was_deleted(std::string_view bare) const { return deleted_.contains(hash_of_token(bare)); }

Result<void> Book::add(Hook hook) {
  if (hooks_.contains(hook.name)) return failure(Fault::conflict, "There is a hook of this name already.");
  keep(hook);
  index(hook);
  std::string name = hook.name;
  hooks_.emplace(std::move(name), std::move(hook));
  keep_names();
  return {};
}

void Book::change(Hook hook) {
  Hook& known = hooks_.at(hook.name);
  for (const TokenHash& each : known.tokens) by_token_.erase(each.sha256);
  known = std::move(hook);
  index(known);
  keep(known);
}

void Book::remove(const std::string& name) {
  const auto found = hooks_.find(name);
  if (found == hooks_.end()) return;
  forget_tokens(found->second);
  if (services_.keep_of) services_.keep_of(found->second.owner, key_of_hook(name), Secret<std::string>{});
  hooks_.erase(found);
  keep_names();
}

std::size_t Book::count_of(const std::string& owner) const {
  return static_cast<std::size_t>(
      std::count_if(hooks_.begin(), hooks_.end(), [&](const auto& each) { return each.second.owner == owner; }));
}

void Book::forget_tokens(const Hook& hook) {
  for (const TokenHash& each : hook.tokens) {
    by_token_.erase(each.sha256);
    deleted_.insert(each.sha256);
    deleted_journal_.append(each.sha256);
  }
}

void Book::index(const Hook& hook) {
  for (const TokenHash& each : hook.tokens) by_token_[each.sha256] = hook.name;
}

void Book::keep(const Hook& hook) {
  if (services_.keep_of) services_.keep_of(hook.owner, key_of_hook(hook.name), write_hook(hook));
}

void Book::keep_names() {
  nlohmann::json names = nlohmann::json::object();
  for (const auto& [name, hook] : hooks_) names[name] = hook.owner;
  if (services_.keep) services_.keep(names_key, dump_json(names));
}

bool may_change(const Hook& hook, const std::string& jid) {
  return jid == hook.owner || std::find(hook.co_owners.begin(), hook.co_owners.end(), jid) != hook.co_owners.end();
}

bool may_read(const Hook& hook, const std::string& jid) {
  return hook.is_public || may_change(hook, jid) || is_listed(hook.readers, jid);
}

}  // namespace dragoman::backends::webhook
