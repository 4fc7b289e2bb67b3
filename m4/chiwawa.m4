dnl chiwawa.m4: macros of configure.ac.

dnl CHIWAWA_SANITIZER(NAME, SANITIZER): --enable-NAME
AC_DEFUN([CHIWAWA_SANITIZER], [
  AC_ARG_ENABLE([$1],
    [AS_HELP_STRING([--enable-$1], [build with -fsanitize=$2])],
    [AS_IF([test "$enableval" = yes], [
      CHIWAWA_CFLAGS="$CHIWAWA_CFLAGS -fsanitize=$2 -fno-sanitize-recover=all -fno-omit-frame-pointer"
      LDFLAGS="$LDFLAGS -fsanitize=$2"])])
])

dnl CHIWAWA_PLUGIN(KIND, NAME, DEFAULT, HELP, [NEEDS]): --enable-KIND-NAME, an automake
dnl conditional KIND_NAME, and a line of plugin_list.h.  DEFAULT "no" with NEEDS means
dnl that something is missing: then asking for the plugin is an error that says so.
AC_DEFUN([CHIWAWA_PLUGIN], [
  AC_ARG_ENABLE([$1-$2],
    [AS_HELP_STRING([--disable-$1-$2], [leave out: $4])],
    [chiwawa_enable=$enableval
     AS_IF([test "$enableval" = yes && test "$3" = no && test -n "$5"],
           [AC_MSG_ERROR([--enable-$1-$2: not found: $5])])],
    [chiwawa_enable=$3])
  AM_CONDITIONAL(m4_toupper([$1_$2]), [test "$chiwawa_enable" = yes])
  AS_IF([test "$chiwawa_enable" = yes], [
    chiwawa_plugins="$chiwawa_plugins $1-$2"
    chiwawa_plugin_lines="$chiwawa_plugin_lines m4_toupper([$1])($2)"
  ], [chiwawa_plugins_off="$chiwawa_plugins_off $1-$2"])
])

dnl CHIWAWA_EXTRA_PLUGINS: --with-plugin=FILE,... links plugins of other people.
dnl FILE is named trigger-NAME.c, tracer-NAME.c or format-NAME.c.
AC_DEFUN([CHIWAWA_EXTRA_PLUGINS], [
  AC_ARG_WITH([plugin],
    [AS_HELP_STRING([--with-plugin=FILE@<:@,FILE...@:>@],
      [link plugins trigger-NAME.c, tracer-NAME.c or format-NAME.c])],
    [], [with_plugin=])
  EXTRA_PLUGIN_OBJECTS=
  chiwawa_ifs=$IFS; IFS=,
  for chiwawa_file in $with_plugin; do
    IFS=$chiwawa_ifs
    chiwawa_base=`basename "$chiwawa_file" .c`
    chiwawa_name=`AS_ECHO(["$chiwawa_base"]) | sed 's/^@<:@a-z@:>@*-//;s/-/_/g'`
    AS_CASE([$chiwawa_base],
      [trigger-*], [chiwawa_kind=TRIGGER], [tracer-*], [chiwawa_kind=TRACER],
      [format-*], [chiwawa_kind=FORMAT],
      [AC_MSG_ERROR([--with-plugin=$chiwawa_file: the name must be trigger-NAME.c, tracer-NAME.c or format-NAME.c])])
    AS_IF([test ! -f "$chiwawa_file"],
          [AC_MSG_ERROR([--with-plugin=$chiwawa_file: no such file])])
    AS_MKDIR_P([extra/.deps])
    chiwawa_dir=`dirname "$chiwawa_file"`
    chiwawa_dir=`cd "$chiwawa_dir" && pwd`
    rm -f "extra/$chiwawa_base.c"
    ln -s "$chiwawa_dir/$chiwawa_base.c" "extra/$chiwawa_base.c"
    EXTRA_PLUGIN_OBJECTS="$EXTRA_PLUGIN_OBJECTS extra/$chiwawa_base.\$(OBJEXT)"
    chiwawa_plugins="$chiwawa_plugins $chiwawa_base"
    chiwawa_plugin_lines="$chiwawa_plugin_lines $chiwawa_kind($chiwawa_name)"
  done
  IFS=$chiwawa_ifs
  AC_SUBST([EXTRA_PLUGIN_OBJECTS])
])

dnl CHIWAWA_WRITE_PLUGIN_LIST: plugin_list.h, which src/plugin/registry.c includes.
AC_DEFUN([CHIWAWA_WRITE_PLUGIN_LIST], [
  AC_CONFIG_COMMANDS([plugin_list.h], [
    {
      AS_ECHO(["/* plugin_list.h: made by configure; see src/plugin/registry.c. */"])
      for chiwawa_line in $chiwawa_plugin_lines; do
        AS_ECHO(["$chiwawa_line"])
      done
    } > plugin_list.tmp
    AS_IF([cmp -s plugin_list.tmp plugin_list.h],
          [rm -f plugin_list.tmp], [mv plugin_list.tmp plugin_list.h])
  ], [chiwawa_plugin_lines="$chiwawa_plugin_lines"])
])
