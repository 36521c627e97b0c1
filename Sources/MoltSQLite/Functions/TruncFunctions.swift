extension NativeFunction {
  /// Django's `TruncYear` and its family, on dates and on points in time.
  static let truncFunctions = unsafe [
    NativeFunction(name: "django_date_trunc", argumentCount: 4) { context, _, arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      guard let moment = call.moment(1, zones: (2, 3)) else { return }
      guard let date = call.truncatedDate(moment) else {
        return call.refuse("molt: truncates a date to no such part")
      }
      call.answer(date)
    },
    unsafe NativeFunction(name: "django_datetime_trunc", argumentCount: 4) {
      context,
      _,
      arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      guard var moment = call.moment(1, zones: (2, 3)) else { return }
      if let date = call.truncatedDate(moment) { return call.answer(date + " 00:00:00") }
      moment.microsecond = 0
      switch call.unit {
      case "second": break
      case "minute": moment.second = 0
      case "hour":
        moment.minute = 0
        moment.second = 0
      default: return call.refuse("molt: truncates a time to no such part")
      }
      call.answer("\(moment.dateText) \(moment.timeText)")
    },
  ]
}

extension FunctionCall {
  fileprivate var unit: String? { text(0).map { String(decoding: $0, as: UTF8.self) } }

  /// The first day of the unit in which `moment` lies; nil for units shorter than a day.
  fileprivate func truncatedDate(_ moment: Moment) -> String? {
    var start = moment
    switch unit {
    case "day": return moment.dateText
    case "week":
      // The Monday before 0001-01-01 has no date; Python raises there.
      return moment.monday.year < 1 ? nil : moment.monday.dateText
    case "month": start.day = 1
    case "quarter":
      start.month = moment.month - (moment.month - 1) % 3
      start.day = 1
    case "year":
      start.month = 1
      start.day = 1
    default: return nil
    }
    return start.dateText
  }
}
