extension NativeFunction {
  /// `EXTRACT` of Django's `ExtractYear` and its family, on dates and on points in time.
  static let extractFunctions = unsafe [
    NativeFunction(name: "django_date_extract", argumentCount: 2) { context, _, arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      call.extract(zones: nil)
    },
    unsafe NativeFunction(name: "django_datetime_extract", argumentCount: 4) {
      context,
      _,
      arguments in
      guard let call = unsafe FunctionCall(context, arguments) else { return }
      call.extract(zones: (2, 3))
    },
  ]
}

extension FunctionCall {
  fileprivate func extract(zones: (Int, Int)?) {
    guard let moment = moment(1, zones: zones) else { return }
    switch text(0).map({ String(decoding: $0, as: UTF8.self) }) {
    case "year": answer(moment.year)
    case "month": answer(moment.month)
    case "day": answer(moment.day)
    case "hour": answer(moment.hour)
    case "minute": answer(moment.minute)
    case "second": answer(moment.second)
    case "quarter": answer((moment.month + 2) / 3)
    case "week_day": answer(moment.isoWeekday % 7 + 1)
    case "iso_week_day": answer(moment.isoWeekday)
    case "week": answer(moment.isoWeek.week)
    case "iso_year": answer(moment.isoWeek.year)
    default: refuse("molt: extracts no such part of a date")
    }
  }
}
