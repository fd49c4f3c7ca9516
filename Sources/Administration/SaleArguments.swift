package import Loyalty
import Replication

/// How a sale is spelled as words of a command: id, member or nothing, till, reference, time, date, then four words a
/// line: product, thousandths of a unit, net, discount.
package enum SaleArguments {
    package static func parse(_ arguments: inout CommandArguments) throws -> Sale {
        let id = try ReadCommands.record(arguments.next("the sale's id"))
        let member = try arguments.next("the member")
        let till = try arguments.next("the till")
        let reference = try arguments.next("the reference")
        let occurredAt = try number(arguments.next("the time"), UInt64.self)
        guard let date = CivilDate(try arguments.next("the business date")) else {
            throw CommandFault(.usage, "the business date is YYYY-MM-DD")
        }
        var lines: [SaleLine] = []
        while !arguments.isEmpty {
            lines.append(
                SaleLine(
                    product: try arguments.next("a product"),
                    quantityMilli: try number(arguments.next("a quantity"), Int64.self),
                    netMinor: try number(arguments.next("an amount"), Int64.self),
                    discountMinor: try number(arguments.next("a discount"), Int64.self)))
        }
        return Sale.earning(
            id: id, member: member.isEmpty ? nil : try ReadCommands.record(member), till: till, reference: reference,
            occurredAtMilliseconds: occurredAt, businessDate: date, lines: lines)
    }

    private static func number<Number: FixedWidthInteger>(_ text: String, _: Number.Type) throws -> Number {
        guard let number = Number(text) else { throw CommandFault(.usage, "\(text) is not a number") }
        return number
    }
}
