#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "bridges.hpp"
#include "exit_code.hpp"
#include "guests.hpp"
#include "program.hpp"

// The end: of one [[network]], and of everything.

namespace dragoman {

namespace {

/// What a network does not answer for in this time is said again later.
constexpr auto patience_for_answers = std::chrono::seconds{1};

}  // namespace

void Program::end(std::unique_ptr<Instance> instance, std::unique_ptr<Instance> successor) {
  const std::string network = instance->jid();
  instance->context().marks.flight().ground();
  bridges_->ground(network);
  guests_->ground(network);
  leaving_.push_back({std::move(instance), std::move(successor), clock_.now() + patience_for_answers});
  land_leaving();
}

void Program::land_leaving() {
  leaving_lands_.clear();
  bool waits = false;
  for (Leaving& each : leaving_) {
    if (each.landed) continue;
    const std::string& network = each.instance->jid();
    const bool is_answered = each.instance->context().marks.flight().all_landed() && bridges_->is_answered(network) &&
                             guests_->is_answered(network);
    if (!is_answered && !stopping_ && clock_.now() < each.until) {
      waits = true;
    } else {
      each.landed = true;
      say_goodbye(each);
    }
  }
  // Not from within an answer: its session would go under it.
  if (waits) return leaving_lands_.set_after(std::chrono::milliseconds{5}, [this] { land_leaving(); });
  if (std::exchange(bridges_are_due_, false)) apply_bridges();
}

void Program::say_goodbye(Leaving& leaving) {
  Instance& instance = *leaving.instance;
  bridges_->network_goes(instance.jid());
  guests_->network_goes(instance.jid());
  instance.stop([this, &instance] { ended(instance); });
}

void Program::ended(Instance& instance) {
  for (Leaving& each : leaving_) each.ended = each.ended || each.instance.get() == &instance;
  if (stopping_) return stop_when_all_have_ended();
  // What it asked the store for still comes back to it; and what it waits for a commit with may ask once more.
  store_->read_settled(
      [](store::Reader&) {},
      [this, &instance] { store_->read([](store::Reader&) {}, [this, &instance] { bury(instance); }); });
}

void Program::bury(const Instance& instance) {
  if (stopping_) return;  // with everything else
  const auto found = std::find_if(leaving_.begin(), leaving_.end(),
                                  [&instance](const Leaving& each) { return each.instance.get() == &instance; });
  std::unique_ptr<Instance> successor = std::move(found->successor);
  leaving_.erase(found);
  if (successor) begin(std::move(successor));
  tell_state();
}

void Program::on_signal(int signal) {
  if (stopping_) return;
  if (signal == SIGHUP) return reload();
  LOG_INFO("stopping", signal);
  quit(exit_code::ok);
}

void Program::quit(int exit_code) {
  if (std::exchange(stopping_, true)) return;
  exit_code_ = exit_code;
  manager_.stopping();
  for (Leaving& each : leaving_) each.successor.reset();
  bridges_are_due_ = false;
  stop_deadline_.set_after(std::chrono::seconds{5}, [this] {
    LOG_WARN("stopping took too long: what is still open is cut short");
    store_->close();
    std::_Exit(exit_code_);  // tasks still run, so nothing may be destroyed under them
  });
  land();
}

void Program::land() {
  std::vector<delivery::Flight*> flights{&bridges_->flight(), &guests_->flight()};
  for (const auto& instance : instances_) flights.push_back(&instance->context().marks.flight());
  landing_.set_after(patience_for_answers, [this] { say_goodbye(); });
  in_the_air_ = flights.size();
  for (delivery::Flight* flight : flights) {
    // Not from within an answer: its session would go under it.
    flight->ground([this] {
      if (--in_the_air_ == 0) landing_.set_after({}, [this] { say_goodbye(); });
    });
  }
}

void Program::say_goodbye() {
  bridges_->stop();
  guests_->stop();
  land_leaving();
  for (auto& instance : std::exchange(instances_, {})) end(std::move(instance));
  control_server_.stop([this] {
    control_stopped_ = true;
    stop_when_all_have_ended();
  });
}

void Program::stop_when_all_have_ended() {
  const auto ended = [](const Leaving& each) { return each.ended; };
  if (control_stopped_ && std::all_of(leaving_.begin(), leaving_.end(), ended)) leave_loop();
}

}  // namespace dragoman
