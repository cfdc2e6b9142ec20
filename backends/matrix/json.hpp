#pragma once

// JSON as every network reads it; here under the name of this folder.
#include "backends/json.hpp"
