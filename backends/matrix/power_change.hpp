#pragma once

#include <functional>
#include <string>

#include "backends/matrix/state.hpp"

namespace dragoman::backends::matrix {

/// Reads the power levels of a room anew, lets `change` change them and writes the whole event back, so that nothing is
/// lost that others have written or that is unknown here. Changes of one room go one after the other. `then` is told
/// how the writing, or the reading before it, ended.
void change_power_levels(State& state, const std::string& room_id, std::function<void(nlohmann::json& content)> change,
                         Then then, Effects& effects);

}  // namespace dragoman::backends::matrix
