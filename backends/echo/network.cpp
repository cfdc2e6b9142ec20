#include "backends/echo/network.hpp"

#include "backends/echo/session.hpp"
#include "media/links.hpp"

namespace dragoman::backends::echo {

Network::Network(const NetworkConfig& config, Services& services) : services_(services) {
  description_.kind = "echo";
  description_.name = config.name.empty() ? "Echo" : config.name;
  description_.prompt = "Name";
  description_.instructions = "Choose the name that you want to hear.";
  for (const chat::Feature feature :
       {chat::Feature::set_topic, chat::Feature::profile, chat::Feature::pictures, chat::Feature::set_picture}) {
    description_.capabilities.set(feature, chat::Support::native);
  }
}

void Network::start() {
  if (services_.links != nullptr) services_.links->serve(files_);
}

Result<chat::Network::Address> Network::parse(std::string_view text) const {
  if (text.empty() || text == "#") return failure(Fault::malformed, "a name has at least one character");
  if (text.front() == '#') return Address{chat::RoomId{std::string{text}}};
  return Address{chat::PersonId{std::string{text}}};
}

chat::Form Network::account_form(const chat::Account& account) const {
  chat::Form form;
  form.title = description_.name;
  form.instructions = description_.instructions;
  form.fields.push_back({chat::Field::Kind::text, "nick", "Nickname", {}, {account.nickname}, {}, true});
  return form;
}

Result<chat::Account> Network::read_account(const chat::Fields& answers, const chat::Account& account) const {
  if (answers.get("nick").empty()) return failure(Fault::unacceptable, "nick: choose a name");
  chat::Account changed = account;
  changed.nickname = answers.get("nick");
  return changed;
}

std::unique_ptr<chat::Session> Network::open(const chat::Account& account, chat::Observer& observer) {
  return std::make_unique<Session>(account.nickname, names(), face_, services_, observer);
}

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services) {
  config.settings.finish();  // it has no keys of its own
  return std::make_unique<Network>(config, services);
}

}  // namespace dragoman::backends::echo
