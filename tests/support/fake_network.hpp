#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/network.hpp"

namespace dragoman::test {

/// A network that the test plays: it keeps the commands that it gets, and the test says what happens.
class FakeNetwork final : public chat::Network {
 public:
  class Session final : public chat::Session {
   public:
    Session(FakeNetwork& network, chat::Observer& observer) : network_(network), observer_(&observer) {
      network_.session = this;
    }
    ~Session() override {
      if (network_.session == this) network_.session = nullptr;
    }
    void start() override { network_.log.push_back("connect as " + network_.account.nickname); }
    void perform(chat::CommandId id, const chat::Command& command) override {
      network_.commands.emplace_back(id, command);
    }
    void stop(const std::string& text) override { network_.log.push_back("stop " + text); }
    void says(const chat::Event& event) { observer_->on_event(event); }

   private:
    FakeNetwork& network_;
    chat::Observer* observer_;
  };

  Session* session = nullptr;  // the newest one, null when none lives
  chat::Account account;       // of the newest one
  std::vector<std::pair<chat::CommandId, chat::Command>> commands;
  std::vector<std::string> log;

  FakeNetwork() {
    description_.kind = "irc";
    description_.name = "TestNet";
    description_.prompt = "Nickname";
    description_.instructions = "Fill in.";
  }

  const chat::Description& describe() const override { return description_; }
  chat::Description& description() { return description_; }
  /// What it can do from now on; nothing at first.
  void can(chat::Feature feature, chat::Support support = chat::Support::native) {
    description_.capabilities.set(feature, support);
  }
  chat::Capabilities& capabilities() { return description_.capabilities; }
  bool keeps_nothing_of(const chat::PersonId& person) const override { return person.text == confidant; }
  std::string confidant;  ///< of this person nothing is kept
  void start() override {}
  void stop() override {}
  Result<Address> parse(std::string_view text) const override {
    if (text.find(' ') != std::string_view::npos) return failure(Fault::malformed, "no spaces in names");
    if (text.front() == '#') return Address{chat::RoomId{std::string{text}}};
    return Address{chat::PersonId{std::string{text}}};
  }
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(std::string_view resource, const std::string&) const override {
    return chat::PersonId{std::string{resource}};
  }
  bool same_name(std::string_view a, std::string_view b, const std::string&) const override { return a == b; }
  chat::Form account_form(const chat::Account& current) const override {
    chat::Form form;
    form.title = "TestNet";
    form.instructions = description_.instructions;
    chat::Field nick;
    nick.name = "nick";
    nick.label = "Nickname";
    nick.required = true;
    nick.values = {current.nickname};
    form.fields.push_back(nick);
    chat::Field password;
    password.kind = chat::Field::Kind::secret;
    password.name = "password";
    form.fields.push_back(password);
    return form;
  }
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& current) const override {
    std::string nick = answers.get("nick");
    if (nick.empty()) nick = answers.get("username");
    if (nick.empty()) return failure(Fault::unacceptable, "nick: choose one");
    chat::Account changed = current;
    changed.nickname = nick;
    if (!answers.get("password").empty()) changed.password = Secret<std::string>{answers.get("password")};
    return changed;
  }
  /// With a place where it asks before an account is kept, each login waits there for the test to answer it.
  struct Login {
    chat::Account account;
    std::function<void(Result<chat::Account>)> done;
  };
  std::vector<Login>* logins = nullptr;
  bool log_in(const chat::Account& wished, const chat::Account&,
              std::function<void(Result<chat::Account>)> done) override {
    if (logins == nullptr) return false;
    logins->push_back({wished, std::move(done)});
    return true;
  }
  void log_out(const chat::Account& erased) override { log.push_back("log out " + erased.nickname); }
  std::vector<chat::DialogOffer> offered;
  chat::Dialog::Show shown;  ///< of the newest dialog
  std::vector<chat::DialogOffer> dialogs() const override { return offered; }
  std::unique_ptr<chat::Dialog> open_dialog(const std::string&, const chat::Account&,
                                            chat::Dialog::Show show) override {
    class Nothing final : public chat::Dialog {
      void submit(const chat::Fields&) override {}
      void cancel() override {}
    };
    shown = std::move(show);
    return std::make_unique<Nothing>();
  }
  std::unique_ptr<chat::Session> open(const chat::Account& opened, chat::Observer& observer) override {
    account = opened;
    return std::make_unique<Session>(*this, observer);
  }

 private:
  chat::Description description_;
};

}  // namespace dragoman::test
