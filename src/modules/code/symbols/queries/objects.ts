/** Definitions of Java. */
export const java = `
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enum
(record_declaration name: (_) @name) @record
(annotation_type_declaration name: (_) @name) @annotation
(enum_constant name: (_) @name) @enum_member
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @constructor
(field_declaration declarator: (variable_declarator name: (_) @name)) @field
`

/** Definitions of C#. */
export const csharp = `
(namespace_declaration name: (_) @name) @namespace
(file_scoped_namespace_declaration name: (_) @name) @namespace
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(struct_declaration name: (_) @name) @struct
(record_declaration name: (_) @name) @record
(enum_declaration name: (_) @name) @enum
(enum_member_declaration name: (_) @name) @enum_member
(delegate_declaration name: (_) @name) @type
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @constructor
(property_declaration name: (_) @name) @property
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
`

/** Definitions of Kotlin. */
export const kotlin = `
(class_declaration name: (_) @name) @class
(object_declaration name: (_) @name) @object
(function_declaration name: (_) @name) @function
(property_declaration (variable_declaration (identifier) @name)) @property
(enum_entry (identifier) @name) @enum_member
(type_alias type: (_) @name) @type
`

/** Definitions of Swift. */
export const swift = `
(class_declaration name: (_) @name) @class
(protocol_declaration name: (_) @name) @interface
(function_declaration name: (simple_identifier) @name) @function
(protocol_function_declaration name: (simple_identifier) @name) @method
(property_declaration name: (pattern (simple_identifier) @name)) @property
(typealias_declaration name: (type_identifier) @name) @type
(enum_entry name: (_) @name) @enum_member
`

/** Definitions of Scala. */
export const scala = `
(class_definition name: (_) @name) @class
(object_definition name: (_) @name) @object
(trait_definition name: (_) @name) @trait
(enum_definition name: (_) @name) @enum
(function_definition name: (_) @name) @function
(function_declaration name: (_) @name) @method
(type_definition name: (_) @name) @type
(template_body (val_definition pattern: (identifier) @name) @variable)
(template_body (var_definition pattern: (identifier) @name) @variable)
(compilation_unit (val_definition pattern: (identifier) @name) @variable)
`
