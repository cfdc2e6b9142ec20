#include "gateway/announcements.hpp"
#include "gateway/commands/admin.hpp"
#include "gateway/commands/makers.hpp"

// What admins have the gateway say (XEP-0133 4.23-4.28).

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// One text, and what becomes of it.
class Words final : public Command {
 public:
  struct Kept {
    const char* title;
    const char* field;
    const char* label;
    std::string now;
    void (*keep)(Announcements&, std::string);
    const char* done;
  };
  Words(Opening opening, Kept kept) : Command(std::move(opening)), kept_(std::move(kept)) {
    chat::Form form = make_admin_form(kept_.title);
    form.fields.push_back(make_field(Kind::lines, kept_.field, kept_.label, {}, true));
    form.fields.back().values = lines_of(kept_.now);
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    kept_.keep(context().announcements, text_of(answers, kept_.field));
    finish(kept_.done);
  }

 private:
  Kept kept_;
};

/// A text is taken away; there is nothing to ask.
class Delete final : public Command {
 public:
  Delete(Opening opening, void (*take_away)(Announcements&)) : Command(std::move(opening)) {
    take_away(context().announcements);
    finish("Deleted.");
  }
};

class Announce final : public Command {
 public:
  explicit Announce(Opening opening) : Command(std::move(opening)) {
    chat::Form form = make_admin_form("Announcement", "It is sent to everybody who is online or in a room.");
    form.fields.push_back(make_field(Kind::text, "subject", "Subject"));
    form.fields.push_back(make_field(Kind::lines, "announcement", "Announcement", {}, true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const std::string subject = answers.get("subject");
    context().announcements.announce(subject.empty() ? "Announcement" : subject, text_of(answers, "announcement"));
    finish("Sent.");
  }
};

}  // namespace

Made make_announce(Opening opening) { return std::make_unique<Announce>(std::move(opening)); }

Made make_set_motd(Opening opening) {
  Words::Kept kept{"Set the message of the day",
                   "motd",
                   "Message of the day",
                   {},
                   [](Announcements& all, std::string text) { all.set_motd(std::move(text), true); },
                   "Kept. Those who are here have it; others get it when they come."};
  return std::make_unique<Words>(std::move(opening), std::move(kept));
}

Made make_edit_motd(Opening opening) {
  const std::string now = opening.desk.context.announcements.motd();
  Words::Kept kept{"Edit the message of the day",
                   "motd",
                   "Message of the day",
                   now,
                   [](Announcements& all, std::string text) { all.set_motd(std::move(text), all.motd().empty()); },
                   "Kept, for those who have not seen it yet."};
  return std::make_unique<Words>(std::move(opening), std::move(kept));
}

Made make_delete_motd(Opening opening) {
  return std::make_unique<Delete>(std::move(opening), [](Announcements& all) { all.set_motd({}, false); });
}

Made make_set_welcome(Opening opening) {
  const std::string now = opening.desk.context.announcements.welcome();
  Words::Kept kept{"Set the welcome message",
                   "welcome",
                   "Welcome message",
                   now,
                   [](Announcements& all, std::string text) { all.set_welcome(std::move(text)); },
                   "Kept, for those who come for the first time."};
  return std::make_unique<Words>(std::move(opening), std::move(kept));
}

Made make_delete_welcome(Opening opening) {
  return std::make_unique<Delete>(std::move(opening), [](Announcements& all) { all.set_welcome({}); });
}

}  // namespace dragoman::gateway::commands
