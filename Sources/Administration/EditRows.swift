package import Loyalty
import ReplicaStore
package import Replication

/// What an edit writes, field by field.
package enum EditRows {
    /// - Parameter edit: nil where everything was so already.
    package static func of(_ edit: MemberEdit?, to member: RecordID) -> [CommandRow] {
        guard let edit else {
            return [
                CommandRow(["member": member.hexadecimal, "written": "nothing", "value": nil, "replaces": nil])
            ]
        }
        return edit.writes.map { write in
            let value = write.slot.element.isEmpty ? write.value ?? [] : write.slot.element
            return CommandRow([
                "member": member.hexadecimal,
                "written": MemberField(rawValue: write.slot.field)?.name ?? String(write.slot.field),
                "value": write.value == nil ? nil : String(decoding: value, as: UTF8.self),
                "replaces": String(write.replaces.count),
            ])
        }
    }
}
