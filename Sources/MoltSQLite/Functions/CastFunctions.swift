extension NativeFunction {
  /// Django's `TruncDate` and `TruncTime`, which also serve the lookups `__date` and `__time`.
  static let castFunctions = unsafe [
    NativeFunction(name: "django_datetime_cast_date", argumentCount: 3) { context, _, arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      guard let moment = call.moment(0, zones: (1, 2)) else { return }
      call.answer(moment.dateText)
    },
    unsafe NativeFunction(name: "django_datetime_cast_time", argumentCount: 3) {
      context,
      _,
      arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      guard let moment = call.moment(0, zones: (1, 2)) else { return }
      call.answer(moment.timeText)
    },
  ]
}
