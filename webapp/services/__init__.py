"""What can be done? One public function for each intent; they flush and never commit."""
