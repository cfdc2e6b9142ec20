#pragma once

#include "backends/echo/session.hpp"
#include "backends/registry.hpp"
#include "chat/network.hpp"
#include "media/source.hpp"

namespace dragoman::backends::echo {

/// What is behind links of an echo: the text that somebody wanted as a file, which is all that an id holds.
class Files final : public media::Source {
 public:
  net::Task<Result<std::unique_ptr<media::Incoming>>> open(std::string id, media::Wanted wanted) override;
};

/// The smallest network, for tests and as the example of docs/writing-a-network.md: rooms "#name" in which somebody
/// called "echo" repeats what is said, and people who do the same. It has no socket, and speaks at the end of the turn.
class Network final : public chat::Network {
 public:
  Network(const NetworkConfig& config, Services& services);

  const chat::Description& describe() const override { return description_; }
  void start() override;
  void stop() override {}
  Result<Address> parse(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(const chat::RoomId&, std::string_view nickname) const override {
    return chat::PersonId{std::string{nickname}};
  }
  bool same_name(std::string_view a, std::string_view b, const std::string&) const override { return a == b; }
  chat::Form account_form(const chat::Account& account) const override;
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  std::vector<chat::DialogOffer> dialogs() const override;
  std::unique_ptr<chat::Dialog> open_dialog(const std::string&, const chat::Account&, chat::Dialog::Show) override;
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;

 private:
  Services& services_;
  chat::Description description_;
  Face face_;
  Files files_;
};

}  // namespace dragoman::backends::echo
