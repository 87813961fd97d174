# What both MinGW-w64 toolchain files share. The win32 thread model: nothing of winpthread is linked.
set(CMAKE_SYSTEM_NAME Windows)

find_program(CMAKE_C_COMPILER NAMES ${STAKEOUT_TARGET}-gcc-win32 ${STAKEOUT_TARGET}-gcc REQUIRED)
find_program(CMAKE_RC_COMPILER NAMES ${STAKEOUT_TARGET}-windres REQUIRED)

# Headers and libraries are those of the target, or of what build/setup made; programs this machine's.
set(CMAKE_FIND_ROOT_PATH /usr/${STAKEOUT_TARGET})
if(DEFINED ENV{STAKEOUT_CACHE})
    list(PREPEND CMAKE_FIND_ROOT_PATH $ENV{STAKEOUT_CACHE}/deps/${CMAKE_SYSTEM_PROCESSOR})
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
