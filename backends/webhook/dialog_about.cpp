#include "backends/webhook/dialog_about.hpp"

#include <algorithm>
#include <utility>

namespace dragoman::backends::webhook {

DialogAbout::DialogAbout(Hub& hub, std::string hook, Make make, const chat::Account& account, Show show)
    : hook_(std::move(hook)),
      show_(std::move(show)),
      inner_(make(hub, account, [this](const chat::Step& step) { on_step(step); })) {}

void DialogAbout::submit(const chat::Fields& answers) {
  if (!asks_for_hook_) return inner_->submit(answers);
  chat::Fields all = answers;
  all.set("hook", hook_);
  inner_->submit(all);
}

void DialogAbout::on_step(const chat::Step& step) {
  const Show shown = show_;  // the dialog may be over when it returns, and this with it
  const auto* form = std::get_if<chat::Form>(&step);
  if (form == nullptr) return shown(step);
  chat::Form rest = *form;
  const auto is_hook = [](const chat::Field& field) { return field.name == "hook"; };
  asks_for_hook_ = std::erase_if(rest.fields, is_hook) > 0;
  if (!asks_for_hook_) {
    rest.back = false;  // in front of it the hook was chosen
    return shown(rest);
  }
  if (rest.fields.empty()) return submit({});
  shown(rest);
}

}  // namespace dragoman::backends::webhook
