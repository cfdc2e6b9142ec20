#pragma once

// JSON as every network reads it, under the name of this folder.
#include "backends/json.hpp"

namespace dragoman::backends::matrix {

// Rooms have a level_of of their own, which would hide it.
using backends::level_of;

}  // namespace dragoman::backends::matrix
