#include "gateway/commands/makers.hpp"
#include "gateway/directory.hpp"
#include "gateway/people_search.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

// People of the network: to find them, to know about them, to have them as contacts, to write to them.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

/// People of the network, and those of the directory; whoever is in neither is not found.
class Search final : public Command {
 public:
  explicit Search(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Search for people";
    form.instructions = "Looks for people of " + network_name();
    form.instructions += context().policy.directory ? " and in the directory of this gateway." : ".";
    form.fields.push_back(make_field(Kind::text, "text", "Name or a part of it", {}, true));
    add_part_field(form);
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    constexpr std::size_t most = 50;
    const std::string text = answers.get("text");
    search_directory(text);
    if (context().policy.directory && !context().network.describe().capabilities.has(chat::Feature::search_people)) {
      return show_found({});
    }
    std::function<void(const chat::Done*, const chat::Failed*)> searched = [this](const chat::Done* done,
                                                                                  const chat::Failed* failed) {
      const auto* people = done == nullptr ? nullptr : std::get_if<chat::PeopleList>(&done->answer);
      if (people == nullptr) return network_failed(failed == nullptr ? std::string{} : failed->text);
      for (const chat::FoundPerson& each : people->people) add(context().address(each.person), each.name);
      show_found(people->complete ? "" : "There are more; write a longer part of the name.");
    };
    person().ask_connected(chat::SearchPeople{text, most, part(answers)}, guarded(std::move(searched)));
  }

 private:
  void add(const std::string& address, const std::string& name) { rows_.push_back({address, name}); }

  void search_directory(const std::string& text) {
    const auto listed = context().directory.search([&](const Directory::Entry& each) {
      return fits_search(text, each.nickname) || fits_search(text, each.listing.first + ' ' + each.listing.last);
    });
    for (const Directory::Entry& each : listed) add(each.jid, each.nickname);
  }

  void network_failed(const std::string& text) {
    const std::string why = text.empty() ? network_name() + " gave no answer to this." : text;
    if (rows_.empty()) return fail(why);
    show_found("Only in the directory: " + why);
  }

  void show_found(std::string text) {
    if (rows_.empty()) return finish("Nobody was found.");
    chat::Form table;
    table.title = "People";
    table.columns = {make_field(Kind::address, "jid", "Address"), make_field(Kind::text, "name", "Name")};
    table.rows = rows_;
    finish(std::move(text), std::move(table));
  }

  std::vector<std::vector<std::string>> rows_;
};

/// A command about one person: that of the place where it was asked, or one who is named first.
class AboutPerson : public Command {
 public:
  void submit(const chat::Fields& answers) override {
    const auto who = read_person(answers.get("person"));
    if (!who) return refuse("person", who.error().text);
    act(*who, answers);
  }

 protected:
  AboutPerson(Opening opening, std::string title) : Command(std::move(opening)) {
    form_.title = std::move(title);
    if (place().person.empty()) {
      form_.fields.push_back(make_field(Kind::text, "person", "Nickname", "Or an address of this gateway", true));
    }
  }
  virtual void act(const chat::PersonId& who, const chat::Fields& answers) = 0;

  /// Acts at once where the place says who is meant, else asks.
  void begin() { place().person.empty() ? show(form_) : act(place().person, {}); }

  chat::Form form_;
};

class Whois final : public AboutPerson {
 public:
  explicit Whois(Opening opening) : AboutPerson(std::move(opening), "About a person") { begin(); }

 private:
  void act(const chat::PersonId& who, const chat::Fields&) override {
    ask<chat::Profile>(chat::GetProfile{who}, [this, who](const chat::Profile& profile) {
      chat::Form form;
      form.title = context().network.format(who);
      const auto add = [&form](std::string name, std::string label, const std::string& value) {
        if (value.empty()) return;
        form.fields.push_back(make_field(Kind::text, std::move(name), std::move(label)));
        form.fields.back().values = {value};
      };
      std::string rooms;
      for (const std::string& room : profile.rooms) rooms += (rooms.empty() ? "" : " ") + room;
      add("jid", "Address", context().address(who));
      add("nickname", "Nickname", profile.nickname);
      add("name", "Name", profile.full_name);
      add("account", "Account", profile.account);
      add("host", "From", profile.host);
      add("server", "Server", profile.server);
      add("away", "Away", profile.away);
      add("url", "Web page", profile.url);
      add("email", "E-mail address", profile.email);
      add("phone", "Telephone", profile.phone);
      add("birthday", "Birthday", profile.birthday);
      add("organization", "Organization", profile.organization.name);
      add("title", "Title", profile.title);
      add("role", "Role", profile.role);
      if (profile.idle) add("idle", "Silent for", std::to_string(profile.idle->count()) + " s");
      add("rooms", "Rooms", rooms);
      add("about", "Also", profile.description);
      finish({}, std::move(form));
    });
  }
};

class Add final : public AboutPerson {
 public:
  explicit Add(Opening opening) : AboutPerson(std::move(opening), "Add a contact") {
    form_.instructions = "The person asks to be in your list of contacts; allow it.";
    begin();
  }

 private:
  void act(const chat::PersonId& who, const chat::Fields&) override {
    const auto offered = person().subscriptions().offer(who);
    if (!offered) return fail(offered.error().text);
    finish(context().address(who) + " asks to be among your contacts: allow it in your client.");
  }
};

class Block final : public AboutPerson {
 public:
  Block(Opening opening, bool blocked)
      : AboutPerson(std::move(opening), blocked ? "Block a person" : "Unblock a person"), blocked_(blocked) {
    begin();
  }

 private:
  void act(const chat::PersonId& who, const chat::Fields&) override {
    const std::string address = context().address(who);
    const auto done = person().blocked().change({address}, blocked_);
    if (!done) return fail(done.error().text);
    finish(address + (blocked_ ? " is blocked: you get nothing from them." : " is not blocked any more."));
  }

  bool blocked_;
};

class AskForContacts final : public Command {
 public:
  explicit AskForContacts(Opening opening) : Command(std::move(opening)) {
    const std::size_t asking = person().subscriptions().ask_about_all();
    finish("Contacts of " + network_name() + " that ask to be in your list: " + std::to_string(asking) +
           ". Allow each in your client.");
  }
};

class Write final : public AboutPerson {
 public:
  explicit Write(Opening opening) : AboutPerson(std::move(opening), "Write to a person") {
    form_.instructions = "The answer comes from the address of the person.";
    form_.fields.push_back(make_field(Kind::lines, "text", "Message", {}, true));
    show(form_);
  }

  void submit(const chat::Fields& answers) override {
    if (place().person.empty()) return AboutPerson::submit(answers);
    act(place().person, answers);
  }

 private:
  void act(const chat::PersonId& who, const chat::Fields& answers) override {
    std::string text;
    const auto lines = answers.all().find("text");
    if (lines != answers.all().end()) {
      for (const std::string& line : lines->second) text += (text.empty() ? "" : "\n") + line;
    }
    const std::string address = context().address(who);
    if (person().blocks(who)) return fail("You have blocked " + address + '.');
    // As if it had been written to the person: it is kept, delivered or given back like any other message.
    xmpp::Element message{"message", xmpp::ns::component};
    message.set("from", asker().str()).set("to", address).set("type", "chat");
    message.set("id", context().random.hex(8)).add_text_child("body", text);
    person().sent().on_person_message(message, asker(), who);
    finish("On its way to " + address + ", from where the answer will come.");
  }
};

}  // namespace

Made make_search(Opening opening) { return std::make_unique<Search>(std::move(opening)); }
Made make_whois(Opening opening) { return std::make_unique<Whois>(std::move(opening)); }
Made make_add(Opening opening) { return std::make_unique<Add>(std::move(opening)); }
Made make_block(Opening opening) { return std::make_unique<Block>(std::move(opening), true); }
Made make_unblock(Opening opening) { return std::make_unique<Block>(std::move(opening), false); }
Made make_contacts(Opening opening) { return std::make_unique<AskForContacts>(std::move(opening)); }
Made make_write(Opening opening) { return std::make_unique<Write>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
