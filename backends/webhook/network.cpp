#include "backends/webhook/network.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/capabilities.hpp"
#include "backends/webhook/dialogs.hpp"
#include "backends/webhook/session.hpp"
#include "base/text.hpp"
#include "media/links.hpp"

namespace dragoman::backends::webhook {

WebhookNetwork::WebhookNetwork(std::string jid, const std::string& name, Config config, Services& services)
    : hub_(std::move(jid), std::move(config), services, names()),
      store_(services, hub_.config().files_per_owner),
      desk_(services, store_),
      ingress_(hub_, desk_) {
  description_.kind = "webhook";
  description_.name = name.empty() ? "Webhooks" : name;
  description_.prompt = "Name of the hook";
  description_.instructions =
      "Register to make webhooks of your own: addresses that programs send messages to, which you read here.";
  description_.capabilities = capabilities();
  description_.always_on = true;
}

void WebhookNetwork::start() {
  hub_.start();
  store_.load();
  if (hub_.services().links != nullptr) hub_.services().links->serve(store_);
  ingress_.start();
}

void WebhookNetwork::stop() { hub_.stop(); }

bool WebhookNetwork::take_settings(const chat::Network& newer) {
  const auto& other = dynamic_cast<const WebhookNetwork&>(newer);    // of the same kind, says the contract
  if (other.hub_.config().path != hub_.config().path) return false;  // its routes are made at the start
  if (!hub_.take_settings(other.hub_.config())) return false;
  store_.set_limit(hub_.config().files_per_owner);
  ingress_.take_settings();
  description_.name = other.description_.name;
  return true;
}

Result<WebhookNetwork::Address> WebhookNetwork::parse(std::string_view text) const { return parse_address(text); }

Result<chat::PersonId> WebhookNetwork::person_in_room(const chat::RoomId& room, std::string_view nickname) const {
  // Those who speak through a hook and those who read it have no address here: the hook itself has.
  const std::string hook = hook_of(room);
  if (nickname == hook) return contact_of(hook);
  const Feed* feed = hub_.feed(hook);
  if (feed != nullptr && feed->profile_of_speaker(nickname)) return speaker_of(hook, std::string{nickname});
  return failure(Fault::not_found, "Nobody of that name can be spoken to here.");
}

std::string WebhookNetwork::format_in_room(const chat::PersonId& person) const {
  const auto speaker = read_speaker(person);
  return speaker ? speaker->second : person.text;
}

bool WebhookNetwork::same_name(std::string_view a, std::string_view b, const std::string&) const {
  return a == b || text::fold_case(a) == text::fold_case(b);
}

std::string WebhookNetwork::quota_text(const std::string& owner) const {
  const Config& config = hub_.config();
  const auto seconds = std::chrono::duration<double>(config.interval).count();
  char rate[96];
  std::snprintf(rate, sizeof rate, "%d requests at once, then one in %g s (%d a second over all of them)", config.burst,
                seconds, config.owner_per_second);
  std::string text;
  if (owner.empty()) {
    text = "You may have " + std::to_string(config.hooks_per_owner) + " webhooks.";
  } else if (!is_listed(config.create, owner)) {
    text = "You may read webhooks of others here, and make none.";
  } else {
    const auto& all = hub_.book().all();
    const auto has =
        std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.second.owner == owner; });
    text = "You have " + std::to_string(has) + " of " + std::to_string(config.hooks_per_owner) + " webhooks.";
  }
  return text + " Each takes " + rate +
         ". Files that are kept here: " + std::to_string(config.files_per_owner / 1'000'000) + " MB.";
}

chat::Form WebhookNetwork::account_form(const chat::Account& account) const {
  chat::Form form;
  form.title = description_.name;
  form.instructions = description_.instructions + ' ' + quota_text(account.owner);
  return form;
}

Result<chat::Account> WebhookNetwork::read_account(const chat::Fields&, const chat::Account& account) const {
  chat::Account changed = account;
  if (changed.nickname.empty()) changed.nickname = changed.owner.substr(0, changed.owner.find('@'));
  return changed;
}

void WebhookNetwork::log_out(const chat::Account& account) {
  hub_.remove_all_of(account.owner);
  store_.remove_all_of(account.owner);
}

std::string WebhookNetwork::lost_with(const chat::Account& account) const {
  std::string names;
  std::size_t count = 0;
  for (const auto& [name, hook] : hub_.book().all()) {
    if (hook.owner != account.owner) continue;
    ++count;
    names += (names.empty() ? "" : ", ") + name;
  }
  if (count == 0) return {};
  return count == 1 ? "Your webhook is deleted too: " + names + '.'
                    : "Your " + std::to_string(count) + " webhooks are deleted too: " + names + '.';
}

std::vector<chat::DialogOffer> WebhookNetwork::dialogs() const { return hook_dialogs(); }

std::unique_ptr<chat::Dialog> WebhookNetwork::open_dialog(const std::string& name, const chat::Account& account,
                                                          chat::Dialog::Show show) {
  return open_hook_dialog(hub_, name, account, std::move(show));
}

std::vector<chat::DialogOffer> WebhookNetwork::dialogs_about(const chat::PersonId& person,
                                                             const chat::Account& account) const {
  const Hook* hook = hub_.book().find(person.text);
  if (hook == nullptr || !may_change(*hook, account.owner)) return {};
  return hook_dialogs();
}

std::unique_ptr<chat::Dialog> WebhookNetwork::open_dialog_about(const chat::PersonId& person, const std::string& name,
                                                                const chat::Account& account, chat::Dialog::Show show) {
  return open_dialog_about_hook(hub_, person.text, name, account, std::move(show));
}

std::unique_ptr<chat::Session> WebhookNetwork::open(const chat::Account& account, chat::Observer& observer) {
  return std::make_unique<Session>(hub_, account, observer);
}

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services) {
  const std::size_t before = config.settings.problems().size();
  Config read = read_config(config.settings);
  if (config.settings.problems().size() != before) return nullptr;
  return std::make_unique<WebhookNetwork>(config.jid, config.name, std::move(read), services);
}

}  // namespace dragoman::backends::webhook
