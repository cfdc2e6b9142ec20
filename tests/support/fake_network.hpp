#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/network.hpp"

namespace dragoman::test {

/// How a FakeNetwork differs from the simplest one.
struct FakeShape {
  std::vector<std::string> parts{};  ///< "#tea%one" is of the part "one", where there are any
  bool names_are_of_rooms = false;   ///< a nickname is unique in its room alone
};

/// A network that the test plays: it keeps the commands that it gets, and the test says what happens.
class FakeNetwork : public chat::Network {
 public:
  class Session final : public chat::Session {
   public:
    Session(FakeNetwork& network, chat::Observer& observer, std::string part)
        : network_(network), observer_(&observer), part_(std::move(part)) {
      network_.session = network_.sessions[part_] = this;
    }
    ~Session() override {
      if (network_.session == this) network_.session = nullptr;
      std::erase_if(network_.sessions, [this](const auto& each) { return each.second == this; });
    }
    void start() override { note("connect as " + network_.account.nickname); }
    void perform(chat::CommandId id, const chat::Command& command) override {
      network_.commands.emplace_back(id, command);
    }
    void stop(const std::string& text) override { note("stop " + text); }
    void says(const chat::Event& event) { observer_->on_event(event); }

   private:
    void note(std::string what) { network_.log.push_back(part_.empty() ? std::move(what) : part_ + ": " + what); }

    FakeNetwork& network_;
    chat::Observer* observer_;
    std::string part_;
  };

  Session* session = nullptr;                // the newest one, null when none lives
  std::map<std::string, Session*> sessions;  // the newest one of each part
  chat::Account account;                     // of the newest one
  std::vector<std::pair<chat::CommandId, chat::Command>> commands;
  std::vector<std::string> log;

  explicit FakeNetwork(FakeShape shape = {}) : shape_(std::move(shape)) {
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
    if (in_parts()) {
      const std::string part = text.find('%') == std::string_view::npos ? std::string{text} : part_behind(text);
      if (std::find(shape_.parts.begin(), shape_.parts.end(), part) == shape_.parts.end()) {
        return failure(Fault::not_found, "no such part");
      }
      if (part == text) return Address{Console{part}};
    }
    if (text.front() == '#') return Address{chat::RoomId{std::string{text}}};
    return Address{chat::PersonId{std::string{text}}};
  }
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const override {
    const std::string person{nickname};
    if (shape_.names_are_of_rooms) return chat::PersonId{person + "-of-" + room.text.substr(1)};
    return chat::PersonId{in_parts() ? person + '%' + part_of(room) : person};
  }
  std::string format_in_room(const chat::PersonId& person) const override {
    return in_parts() ? person.text.substr(0, person.text.rfind('%')) : person.text;
  }
  /// How many the network says are in its rooms.
  std::optional<std::uint64_t> people;
  std::optional<std::uint64_t> people_in(const chat::RoomId&) const override { return people; }
  /// People of a bridge are "voice of NAME" here, when it lends voices.
  bool lends = false;
  bool lends_voices() const override { return lends; }
  Result<chat::PersonId> voice_of(const chat::Account& speaker) override {
    if (!lends) return chat::Network::voice_of(speaker);
    return chat::PersonId{"voice of " + speaker.settings.get("voice")};
  }
  bool is_voice(const chat::PersonId& person) const override { return person.text.starts_with("voice of "); }
  bool in_parts() const override { return !shape_.parts.empty(); }
  std::vector<std::string> parts() const override { return shape_.parts; }
  std::string part_of(const chat::RoomId& room) const override { return part_behind(room.text); }
  std::string part_of(const chat::PersonId& person) const override { return part_behind(person.text); }
  std::string part_name(const std::string& part) const override { return in_parts() ? part : description_.name; }
  std::string realm_of(const chat::RoomId& room) const override {
    return shape_.names_are_of_rooms ? room.text : part_of(room);
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
  std::vector<chat::DialogOffer> about;  ///< each person, for everybody
  std::string opened_about;              ///< the newest of these: "bob test"
  std::vector<chat::DialogOffer> dialogs_about(const chat::PersonId&, const chat::Account&) const override {
    return about;
  }
  std::unique_ptr<chat::Dialog> open_dialog_about(const chat::PersonId& person, const std::string& name,
                                                  const chat::Account& asker, chat::Dialog::Show show) override {
    opened_about = person.text + ' ' + name;
    return open_dialog(name, asker, std::move(show));
  }
  std::string lost;  ///< with an account
  std::string lost_with(const chat::Account&) const override { return lost; }
  std::unique_ptr<chat::Session> open(const chat::Account& opened, chat::Observer& observer) override {
    account = opened;
    return std::make_unique<Session>(*this, observer, opened.part);
  }

 private:
  std::string part_behind(std::string_view id) const {
    const auto sign = in_parts() ? id.rfind('%') : std::string_view::npos;
    return sign == std::string_view::npos ? std::string{} : std::string{id.substr(sign + 1)};
  }

  FakeShape shape_;
  chat::Description description_;
};

}  // namespace dragoman::test
