/** Definitions of Python. */
export const python = `
(function_definition name: (_) @name) @function
(class_definition name: (_) @name) @class
(module (expression_statement (assignment left: (identifier) @name) @variable))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @property)))
(module (type_alias_statement left: (type (identifier) @name)) @type)
(assignment left: (attribute object: (identifier) @key attribute: (identifier) @name) (#eq? @key "self")) @attribute
(assignment left: (pattern_list (attribute object: (identifier) @key attribute: (identifier) @name) @attribute) (#eq? @key "self"))
`

/** Definitions of Ruby. */
export const ruby = `
(class name: (_) @name) @class
(module name: (_) @name) @module
(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
(assignment left: (constant) @name) @constant
`

/** Definitions of PHP. */
export const php = `
(namespace_definition name: (_) @name) @namespace
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(trait_declaration name: (_) @name) @trait
(enum_declaration name: (_) @name) @enum
(enum_case name: (_) @name) @enum_member
(function_definition name: (_) @name) @function
(method_declaration name: (_) @name) @method
(property_declaration (property_element name: (_) @name)) @property
(const_declaration (const_element (name) @name)) @constant
`

/** Definitions of Bash. */
export const bash = `
(function_definition name: (_) @name) @function
(program (variable_assignment name: (_) @name) @variable)
(program (declaration_command (variable_assignment name: (_) @name)) @variable)
`

/** Ids of HTML. */
export const html = `
(element (start_tag (attribute (attribute_name) @key (quoted_attribute_value (attribute_value) @name))) @id (#eq? @key "id"))
`

/** Classes, ids, variables and keyframes of CSS. */
export const css = `
(class_selector (class_name) @name) @class
(id_selector (id_name) @name) @id
(keyframes_statement (keyframes_name) @name) @keyframes
(declaration (property_name) @name (#match? @name "^--")) @variable
`
