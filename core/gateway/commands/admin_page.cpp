#include "gateway/commands/makers.hpp"

// A link to the status page: who can read an admin's messages may see it.

namespace dragoman::gateway::commands {

namespace {

class Web final : public Command {
 public:
  explicit Web(Opening opening) : Command(std::move(opening)) {
    const std::string link = context().page_link(std::string{asker().bare_view()});
    chat::Form form;
    form.title = "Status page";
    form.fields.push_back(make_field(chat::Field::Kind::text, "url", "Link"));
    form.fields.back().values = {link};
    finish("Open this within five minutes; it works once.", std::move(form));
  }
};

}  // namespace

Made make_web(Opening opening) { return std::make_unique<Web>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
