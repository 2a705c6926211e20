const shared = `
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(method_definition name: (_) @name) @method
(program (lexical_declaration (variable_declarator name: (identifier) @name) @variable))
(program (variable_declaration (variable_declarator name: (identifier) @name) @variable))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @variable))
(export_statement (variable_declaration (variable_declarator name: (identifier) @name) @variable))
(program (lexical_declaration (variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @name) ) @variable))
(export_statement (lexical_declaration (variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @name)) @variable))
(export_statement (lexical_declaration (variable_declarator name: (object_pattern (pair_pattern value: (identifier) @name))) @variable))
(export_statement value: [(arrow_function) (function_expression) (class)] @default)
(assignment_expression left: (member_expression property: (property_identifier) @name) right: [(arrow_function) (function_expression) (generator_function) (class)]) @assigned
(assignment_expression left: (member_expression) right: (object (pair key: (property_identifier) @name value: [(arrow_function) (function_expression) (class)]) @assigned))
`

/** Definitions of JavaScript. */
export const javascript = `${shared}
(class_body (field_definition property: (_) @name) @property)
`

/** Definitions of TypeScript, with and without JSX. */
export const typescript = `${shared}
(function_signature name: (_) @name) @function
(abstract_class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enum
(enum_body [(enum_assignment name: (_) @name) name: (property_identifier) @name] @enum_member)
(internal_module name: (_) @name) @namespace
(module name: (_) @name) @namespace
(internal_module body: (statement_block (lexical_declaration (variable_declarator name: (identifier) @name) @variable)))
(ambient_declaration (lexical_declaration (variable_declarator name: (identifier) @name) @variable))
(ambient_declaration (variable_declaration (variable_declarator name: (identifier) @name) @variable))
(abstract_method_signature name: (_) @name) @method
(class_body (method_signature name: (_) @name) @method)
(class_body (public_field_definition name: (_) @name) @property)
(interface_body (method_signature name: (_) @name) @method)
(interface_body (property_signature name: (_) @name) @property)
(type_alias_declaration value: (object_type (property_signature name: (_) @name) @property))
(type_alias_declaration value: (object_type (method_signature name: (_) @name) @method))
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @property
(required_parameter "readonly" pattern: (identifier) @name) @property
`
