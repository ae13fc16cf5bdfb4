# bash completion for unit: verbs, options of the verb, file names.
_unit()
{
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} options

    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "inspect run eval tune emit bench targets help --version" -- "$word")
        return
    fi
    case $previous in
    --method) options="unit fatrelu zeroskip static" ;;
    --division) options="exact shift tree msb" ;;
    --thresholds) options="connection layer" ;;
    --minimise) options="cycles energy macs flash" ;;
    --weights) options="refit keep" ;;
    --kernels) options="fast plain" ;;
    --type) options="uint8 int8 float32" ;;
    --target) options="host msp430fr5994 cortex-m0plus atmega1284p rv32imc rv32ic"
        [ "$verb" != bench ] || options="$options all" ;;
    --multiplier) options="1 32" ;;
    help) options="inspect run eval tune emit bench targets" ;;
    esac
    if [ -n "$options" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    if [[ $word == -* ]]; then
        options=$(unit help "$verb" 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _unit unit
